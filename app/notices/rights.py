"""What people hear of their requests under the data law, at each step."""

from dataclasses import replace

from app.accounts.events import RequestMoved
from app.accounts.models import DataRequest
from app.accounts.rights import words
from app.core import config, jobs
from app.core.db import db
from app.core.formats import short_date
from app.core.i18n import gettext, speaking
from app.notices import operations, wording
from app.notices.wording import LONGEST_SMS, Words


@jobs.handles(RequestMoved)
def tell_of_request(event: RequestMoved) -> None:
    """Nothing where nobody is known, or where nothing is left of them."""
    request = db.session.get(DataRequest, event.request_id)
    if request is None or request.person is None:
        return
    with speaking(request.person.language):
        words = _words(request, event.step)
    operations.write(request.person, f"request-{request.id}-{event.step}", words)


def _words(request: DataRequest, step: str) -> Words:
    """The newest truth: a request that was closed meanwhile is not said to be in hand."""
    values = {"code": request.code, "day": short_date(request.act_by)}
    subject = gettext("Your request %(code)s about your data", **values)
    if step == "taken_back":
        news = gettext("You took back your request %(code)s about your data.", **values)
        return wording.words(subject, news)
    if request.outcome is not None:
        end = str(words.OUTCOMES[request.outcome])
        news = gettext("Request %(code)s about your data is closed: %(end)s.", end=end, **values)
        return _with_reason(subject, news, request.reply)
    if step == "extended":
        news = gettext("Request %(code)s about your data takes longer, to %(day)s.", **values)
        return _with_reason(subject, news, request.extension_reason)
    if step == "answered":
        news = gettext("We work on your request %(code)s about your data, to %(day)s.", **values)
        return wording.words(subject, news)
    due = short_date(request.answer_by)
    news = gettext("We have your request %(code)s about your data. We answer by %(due)s.",
                   code=request.code, due=due)  # fmt: skip
    return wording.words(subject, news)


def _with_reason(subject: str, news: str, reason: str) -> Words:
    """The letter says all; a text too long for a phone says where to ask."""
    whole = wording.words(subject, f"{news} {reason}".strip())
    if len(whole.sms) <= LONGEST_SMS:
        return whole
    ask = gettext("Call %(number)s to hear why.", number=config.current().hotline)
    return replace(whole, sms=wording.words(subject, f"{news} {ask}").sms)
