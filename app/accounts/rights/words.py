"""The data law in plain words: kinds of requests, outcomes, and what was done with data."""

from app.accounts.models import BreachKind, RequestKind, RequestOutcome
from app.core.i18n import lazy as _

KINDS: dict[RequestKind, str] = {
    RequestKind.SEE: _("See what you hold about me"),
    RequestKind.CORRECT: _("Correct something"),
    RequestKind.COPY: _("Get a copy of my data"),
    RequestKind.RESTRICT: _("Keep my data but do not use them"),
    RequestKind.OBJECT: _("Do not count me by group"),
    RequestKind.WITHDRAW: _("Take back a consent"),
    RequestKind.DELETE: _("Delete my data"),
    RequestKind.COMPLAIN: _("Complain about how my data were used"),
}
CHILD_KINDS: dict[RequestKind, str] = {
    RequestKind.SEE: _("See what you hold about the child"),
    RequestKind.CORRECT: _("Correct something"),
    RequestKind.COPY: _("Get a copy of the child's data"),
    RequestKind.RESTRICT: _("Keep the child's data but do not use them"),
    RequestKind.OBJECT: _("Do not count the child by group"),
    RequestKind.WITHDRAW: _("Take back a consent"),
    RequestKind.DELETE: _("Delete the child's data"),
    RequestKind.COMPLAIN: _("Complain about how the child's data were used"),
}
"""What a parent or guardian asks for a child."""
OUTCOMES: dict[RequestOutcome, str] = {
    RequestOutcome.DONE: _("Done"),
    RequestOutcome.REFUSED: _("Refused, with a reason"),
    RequestOutcome.TAKEN_BACK: _("Taken back"),
}
CHANNELS: dict[str, str] = {
    "web": _("On this site"),
    "staff": _("By phone or at a desk"),
    "paper": _("On paper"),
}
BREACHES: dict[BreachKind, str] = {
    BreachKind.LOST: _("Data were lost"),
    BreachKind.SEEN: _("Somebody saw data who may not"),
    BreachKind.CHANGED: _("Data were changed"),
    BreachKind.PUBLISHED: _("Data were published"),
    BreachKind.OTHER: _("Something else"),
}
STEPS: dict[str, str] = {
    "request.received": _("The request arrived"),
    "request.answered": _("The person was told that it is being worked on"),
    "request.extended": _("The time was extended"),
    "request.closed": _("The request was closed"),
    "request.taken_back": _("The person took it back"),
    "request.copied": _("A copy of the data was made"),
}
_ACTIONS: dict[str, str] = {
    "consent.given": _("A consent was given"),
    "consent.withdrawn": _("A consent was withdrawn"),
    "enrolment.enrol": _("A place in a class was taken"),
    "enrolment.withdraw": _("A place in a class was given up"),
    "person.contact_forgotten": _("A deleted parent's phone was taken off"),
    "person.copied": _("A copy of the data was made"),
    "person.restricted": _("The data were set aside"),
    "person.unrestricted": _("The data may be used again"),
    "person.objected": _("Counting by group was stopped"),
    "person.objection_ended": _("Counting by group was allowed again"),
    **STEPS,
}
_SEEN = ("seen", "searched", "export", "printed", "viewed", "opened", "read")
_REMOVED = ("deleted", "erased", "removed", "forgotten")


def what_was_done(action: str) -> str:
    """A kind of entry in the audit log, for the person it is about."""
    if action in _ACTIONS:
        return _ACTIONS[action]
    verb = action.rpartition(".")[2]
    if any(verb.startswith(word) for word in _SEEN):
        return _("The data were looked at")
    if any(verb.startswith(word) for word in _REMOVED):
        return _("Data were deleted")
    return _("Data were added or changed")
