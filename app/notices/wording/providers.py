"""What those who apply, are invited or own a provider hear from the city."""

from app.core.i18n import Bilingual, gettext
from app.notices.wording.base import Words, address, compose, unlinked


def application_received(name: str, key: str) -> Words:
    """Where its state can be read."""
    said = unlinked(name)
    subject = gettext("We have your application: %(name)s", name=said)
    news = gettext(
        "We have the application of %(name)s. We look at it and write to you.", name=said
    )
    return compose(subject, [news, _state(key)], [], [said])


def answer_received(name: str, key: str) -> Words:
    said = unlinked(name)
    subject = gettext("We have your answer: %(name)s", name=said)
    news = gettext("We have your answer about %(name)s. We look at it and write to you.", name=said)
    return compose(subject, [news, _state(key)], [], [said])


def application_asked(name: str, question: str, key: str) -> Words:
    """What is asked, and where it is answered."""
    said, asked = unlinked(name), unlinked(question)
    subject = gettext("A question about your application: %(name)s", name=said)
    news = gettext("We have a question about the application of %(name)s:", name=said)
    way = gettext("Answer here: %(url)s", url=address("providers", "apply", key))
    return compose(subject, [f"{news} {asked}", way], [], [asked, said])


def application_approved(name: str) -> Words:
    said = unlinked(name)
    subject = gettext("Approved: %(name)s", name=said)
    news = gettext("%(name)s teaches here now, and you are its owner.", name=said)
    way = gettext("Sign in with this phone or e-mail: %(url)s", url=address("sign-in"))
    return compose(subject, [news, way], [], [said])


def application_refused(name: str, reason: str, key: str) -> Words:
    said, why = unlinked(name), unlinked(reason)
    subject = gettext("Your application was refused: %(name)s", name=said)
    news = gettext(
        "The application of %(name)s was refused. Why: %(reason)s", name=said, reason=why
    )
    return compose(subject, [news, _state(key)], [], [why, said])


def invited(provider: Bilingual, role: str, key: str) -> Words:
    """Nothing in it says whether the reader is known here."""
    name = unlinked(provider.text())
    subject = gettext("%(provider)s invites you", provider=name)
    news = gettext("%(provider)s invites you to work with them. Role: %(role)s.",
                   provider=name, role=role)  # fmt: skip
    way = gettext("Agree within 7 days: %(url)s", url=address("invitations", key))
    ease = gettext("You do not know them? Then do nothing.")
    return compose(subject, [news, way], [ease], [name])


def provider_moved(provider: Bilingual, news: str, reason: str, more: str) -> Words:
    """What the city decided about a provider and why."""
    name, why = unlinked(provider.text()), unlinked(reason)
    subject = gettext("About %(provider)s: a decision of the city", provider=name)
    said = gettext("The reason: %(reason)s", reason=why)
    return compose(subject, [news, said], [more], [why, name])


def suspended(provider: Bilingual) -> tuple[str, str]:
    """The news in a sentence, and what follows from it."""
    news = gettext("%(provider)s was suspended.", provider=unlinked(provider.text()))
    return news, gettext(
        "Your courses are out of sight. People keep their places. You can read everything, and "
        "publish nothing, until the city lifts the suspension."
    )


def lifted(provider: Bilingual) -> tuple[str, str]:
    news = gettext("The suspension of %(provider)s was lifted.",
                   provider=unlinked(provider.text()))  # fmt: skip
    return news, gettext("What was public before is public again.")


def closed(provider: Bilingual) -> tuple[str, str]:
    news = gettext("%(provider)s was closed.", provider=unlinked(provider.text()))
    return news, gettext("Its courses are not public any more, and its pages for staff are shut.")


def merged(provider: Bilingual, successor: Bilingual) -> tuple[str, str]:
    news = gettext("%(provider)s is part of %(successor)s from now on.",
                   provider=unlinked(provider.text()),
                   successor=unlinked(successor.text()))  # fmt: skip
    return news, gettext("Courses, resources and places went along. Figures of the past stay.")


def taken_down(title: Bilingual, reason: str, path: tuple[object, ...]) -> Words:
    """What, why, and where it can be put right."""
    name, why = unlinked(title.text()), unlinked(reason)
    subject = gettext("Taken out of sight by the city: %(title)s", title=name)
    news = gettext("The city took this out of sight: %(title)s.", title=name)
    said = gettext("The reason: %(reason)s", reason=why)
    way = gettext("See it here: %(url)s", url=address(*path))
    more = gettext("People who have a place keep it. Put it right, then ask the city to let it go.")
    return compose(subject, [news, said, way], [more], [why, name])


def let_go(title: Bilingual, reason: str, path: tuple[object, ...]) -> Words:
    name, why = unlinked(title.text()), unlinked(reason)
    subject = gettext("No longer held back: %(title)s", title=name)
    news = gettext("The city no longer holds this back: %(title)s.", title=name)
    said = gettext("The reason: %(reason)s", reason=why)
    way = gettext("See it here: %(url)s", url=address(*path))
    return compose(subject, [news, said, way], [], [why, name])


def _state(key: str) -> str:
    return gettext("Its state, at any time: %(url)s", url=address("providers", "apply", key))
