"""What codes and news of an account say."""

from datetime import datetime

from app.accounts.contacts import ContactKind
from app.accounts.events import WayInChange
from app.accounts.models import CodePurpose
from app.core import config
from app.core.formats import date_time
from app.core.i18n import current_language, gettext
from app.core.web import absolute
from app.notices.wording import Words, words


def code(purpose: CodePurpose, digits: str) -> Words:
    """The code and what it is for; without one, why there is none."""
    if not digits:
        return _nothing_to_open(purpose)
    news = {
        CodePurpose.SIGN_IN: gettext("%(code)s is your code to sign in.", code=digits),
        CodePurpose.NEW_PASSWORD: gettext("%(code)s is your code for a new password.", code=digits),
        CodePurpose.CHANGE_CONTACT: gettext(
            "%(code)s is your code to change the phone or e-mail of your account.", code=digits
        ),
        CodePurpose.CONFIRM: gettext("%(code)s is your code to show that it is you.", code=digits),
        CodePurpose.FAMILY: gettext(
            "%(code)s lets a relative enrol you in classes and see your places.", code=digits
        ),
        CodePurpose.PROVIDER_APPLICATION: gettext(
            "%(code)s is your code to apply as an organisation that teaches.", code=digits
        ),
    }[purpose]
    way = gettext("It is valid for 10 minutes. Tell it to nobody, not to us either.")
    if purpose is CodePurpose.FAMILY:
        way = gettext("If you agree, tell it to that person alone. It is valid for 10 minutes.")
    return words(gettext("Your code: %(code)s", code=digits), f"{news} {way}")


def signed_in_elsewhere(browser: str, at: datetime) -> Words:
    """Two words of the browser, the hour, and what to do if it was not you."""
    name = browser or gettext("an unknown browser")
    values = {"browser": name, "when": date_time(at)}
    news = gettext("Your account was signed in with %(browser)s, %(when)s.", **values)
    return words(gettext("A new browser signed in to your account"), f"{news} {_not_you()}")


def password_changed(at: datetime) -> Words:
    news = gettext("The password of your account was changed, %(when)s.", when=date_time(at))
    return words(gettext("Your password was changed"), f"{news} {_not_you()}")


def way_in_changed(change: WayInChange, at: datetime) -> Words:
    """What opens the account, or is asked for besides, is not what it was."""
    when = date_time(at)
    news = {
        WayInChange.SECOND_FACTOR_SET: gettext(
            "Your account asks for the code of an app now, since %(when)s.", when=when
        ),
        WayInChange.SECOND_FACTOR_REMOVED: gettext(
            "Your account no longer asks for the code of an app, since %(when)s.", when=when
        ),
        WayInChange.IDENTITY_LINKED: gettext(
            "An account elsewhere opens your account now, since %(when)s.", when=when
        ),
        WayInChange.IDENTITY_UNLINKED: gettext(
            "An account elsewhere no longer opens your account, since %(when)s.", when=when
        ),
    }[change]
    return words(gettext("Signing in to your account has changed"), f"{news} {_not_you()}")


def contact_changed(kind: ContactKind, at: datetime) -> Words:
    """To the contact that was replaced."""
    when = date_time(at)
    if kind is ContactKind.PHONE:
        news = gettext("This phone number no longer belongs to your account, %(when)s.", when=when)
    else:
        news = gettext("This e-mail no longer belongs to your account, %(when)s.", when=when)
    call = gettext("Was it not you? Call %(number)s.", number=config.current().hotline)
    return words(gettext("The contact of your account was changed"), f"{news} {call}")


def another_replaced(kind: ContactKind, at: datetime) -> Words:
    """To the contact that stays, of this kind, when staff replaced the other one."""
    when = date_time(at)
    if kind is ContactKind.PHONE:
        news = gettext("Our desk replaced the e-mail of your account, %(when)s.", when=when)
    else:
        news = gettext("Our desk replaced the phone number of your account, %(when)s.", when=when)
    call = gettext("Was it not you? Call %(number)s.", number=config.current().hotline)
    return words(gettext("The contact of your account was changed"), f"{news} {call}")


def pages_viewed(at: datetime) -> Words:
    when, number = date_time(at), config.current().hotline
    news = gettext("Our support looked at your pages, %(when)s; nothing was changed.", when=when)
    call = gettext("Did you not ask for help? Call %(number)s.", number=number)
    return words(gettext("Our support looked at your pages"), f"{news} {call}")


def _nothing_to_open(purpose: CodePurpose) -> Words:
    language = current_language()
    subject = gettext("Nothing to open with a code")
    if purpose is CodePurpose.NEW_PASSWORD:
        news = gettext(
            "Somebody asked for a new password, but no account belongs to this phone or e-mail. "
            "Without an account you need none. Make one: %(url)s",
            url=absolute(f"/{language}/sign-in"),
        )
        return words(subject, news)
    return words(
        subject,
        gettext("Somebody entered this phone or e-mail with us. You need not do anything."),
    )


def _not_you() -> str:
    language = current_language()
    return gettext(
        "Was it not you? Choose a new password: %(url)s or call %(number)s.",
        url=absolute(f"/{language}/sign-in/new-password"),
        number=config.current().hotline,
    )
