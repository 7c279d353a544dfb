"""How long the city may take for a request under Law 91/2025 and Decree 356/2025.

An answer comes within 2 working days. Withdrawal, restriction and objection are carried out within
15 days, or 20 when somebody else works on the data too; each may be extended once by 15 days, with
a reason. For all other requests the decree sets 10 to 20 days by kind: we take 10 for seeing,
correcting and copying, which we can do alone, and 20 where others take part, and 20 for deleting
and complaints. Days are those of the city's calendar.
"""

from datetime import date

from app.accounts.models import RequestKind
from app.core.calendar import add_days, add_working_days

TO_ANSWER = 2
"""Working days."""
EXTENSION = 15
_BINDING = (15, 20)
_QUICK = (10, 20)
_LONG = (20, 20)
DAYS: dict[RequestKind, tuple[int, int]] = {
    RequestKind.SEE: _QUICK,
    RequestKind.CORRECT: _QUICK,
    RequestKind.COPY: _QUICK,
    RequestKind.RESTRICT: _BINDING,
    RequestKind.OBJECT: _BINDING,
    RequestKind.WITHDRAW: _BINDING,
    RequestKind.DELETE: _LONG,
    RequestKind.COMPLAIN: _LONG,
}
"""By kind: days alone, days with others."""


def answer_by(received: date) -> date:
    """The last day to say that the request has come and what happens now."""
    return add_working_days(received, TO_ANSWER)


def act_by(received: date, kind: RequestKind, *, involves_others: bool = False) -> date:
    """The last day to do what was asked, or to refuse it with a reason."""
    return add_days(received, DAYS[kind][involves_others])


def extended(due: date) -> date:
    """The last day after the one extension."""
    return add_days(due, EXTENSION)
