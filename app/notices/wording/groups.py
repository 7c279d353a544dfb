"""What the contact person of a group hears."""

from app.core.i18n import gettext, ngettext
from app.notices.wording.base import About, Words, address, tell, unlinked


def booked(about: About, organisation: str, learners: int, adults: int) -> Words:
    """How many people, for whom, and the code under which the booking is found."""
    organisation = unlinked(organisation)
    subject = gettext("Your group has seats in %(course)s", course=about.course)
    people = ngettext("%(num)s learner", "%(num)s learners", learners)
    beside = ngettext("%(num)s adult", "%(num)s adults", adults) if adults else ""
    news = gettext(
        "%(group)s has seats in %(course)s for %(people)s, from %(when)s.",
        group=organisation, course=about.course, when=about.begins,
        people=" + ".join(each for each in (people, beside) if each),
    )  # fmt: skip
    way = gettext("Code %(code)s: %(url)s", code=about.code, url=about.url)
    return tell(about, subject, news, way, soft=[organisation])


def contact_changed(about: About, organisation: str) -> Words:
    """To whoever is the contact from now on."""
    organisation = unlinked(organisation)
    subject = gettext("You are the contact of a group: %(course)s", course=about.course)
    news = gettext(
        "You are now the contact person of %(group)s in %(course)s, from %(when)s.",
        group=organisation, course=about.course, when=about.begins,
    )  # fmt: skip
    way = gettext("Code %(code)s: %(url)s", code=about.code, url=about.url)
    return tell(about, subject, news, way, soft=[organisation])


def given_up(about: About, organisation: str) -> Words:
    organisation = unlinked(organisation)
    subject = gettext("The seats of your group are given up: %(course)s", course=about.course)
    news = gettext(
        "The seats of %(group)s in %(course)s are given up.",
        group=organisation, course=about.course,
    )  # fmt: skip
    return tell(about, subject, news, soft=[organisation])


def cancelled(about: About, organisation: str) -> Words:
    """The class does not take place."""
    organisation = unlinked(organisation)
    subject = gettext("Cancelled: %(course)s", course=about.course)
    news = gettext(
        "%(course)s is cancelled. The seats of %(group)s are cancelled too.",
        group=organisation, course=about.course,
    )  # fmt: skip
    way = gettext("Other courses: %(url)s", url=address("courses"))
    return tell(about, subject, news, way, soft=[organisation])
