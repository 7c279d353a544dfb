"""What people hear after a class: of their certificate, and that we ask what they think."""

from datetime import date

from app.core.formats import long_date
from app.core.i18n import gettext
from app.notices.wording.base import About, Words, tell


def certificate(about: About) -> Words:
    """It can be printed, now and later."""
    subject = gettext("Your certificate: %(course)s", course=about.course)
    news = gettext("Your certificate of %(course)s is ready.", course=about.course)
    way = gettext("Print it here: %(url)s", url=about.url)
    check = gettext("Whoever sees it can check it with the code on it.")
    return tell(about, subject, news, way, more=[check])


def new_certificate(about: About) -> Words:
    """In place of one that was wrong."""
    subject = gettext("Your corrected certificate: %(course)s", course=about.course)
    news = gettext("Your corrected certificate of %(course)s is ready.", course=about.course)
    way = gettext("Print it here: %(url)s", url=about.url)
    old = gettext("The old one is no longer valid.")
    return tell(about, subject, news, way, old)


def revoked(about: About, why: str) -> Words:
    """With the reason, and whom to ask."""
    subject = gettext("Your certificate was revoked: %(course)s", course=about.course)
    news = gettext("Your certificate of %(course)s is no longer valid.", course=about.course)
    reason = gettext("The provider says: %(reason)s", reason=why) if why else ""
    ask = gettext("If that is wrong, ask the provider.")
    return tell(about, subject, news, reason, ask, soft=[why])


def feedback(about: About, url: str, until: date) -> Words:
    """Three questions, without a name."""
    subject = gettext("What do you think of %(course)s?", course=about.course)
    news = gettext("You were in %(course)s. What do you think of it?", course=about.course)
    way = gettext("Three questions, until %(day)s: %(url)s", day=long_date(until), url=url)
    secret = gettext("Nobody learns who said what.")
    return tell(about, subject, news, way, more=[secret])
