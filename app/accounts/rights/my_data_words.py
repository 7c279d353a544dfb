"""Names and values of the copy of one's data, in words."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from app.accounts.rights import purposes
from app.accounts.rights.words import CHANNELS, KINDS, OUTCOMES, what_was_done
from app.core.formats import date_time, phone, short_date
from app.core.i18n import gettext
from app.core.i18n import lazy as _

_NAMES: dict[str, str] = {
    "act_by": _("To be done by"),
    "action": _("What was done"),
    "adults": _("Adults who come along"),
    "agreed_at": _("Agreed"),
    "answer_by": _("To be answered by"),
    "answered_at": _("Answered"),
    "answers": _("What you answered"),
    "asked_at": _("Asked"),
    "assurance": _("How sure we are that it is you"),
    "at": _("When"),
    "attendance": _("Attendance"),
    "begun_at": _("Since"),
    "body": _("Words"),
    "bond": _("Bond"),
    "booked_at": _("Booked"),
    "born_in": _("Year of birth"),
    "born_on": _("Birth date"),
    "browser": _("Browser"),
    "by": _("By whom"),
    "channel": _("How it came"),
    "child_agreed": _("The child agreed"),
    "cla": _("Class of learning activity (CLA)"),
    "closed_at": _("Closed"),
    "code": _("Code"),
    "contact_name": _("Contact"),
    "course": _("Course"),
    "created_at": _("Since"),
    "day": _("Day"),
    "display_name": _("Name"),
    "done_at": _("Done at"),
    "email": _("E-mail"),
    "email_proven_at": _("E-mail confirmed"),
    "employment": _("Work"),
    "ended_at": _("Ended"),
    "ends_at": _("Ends at"),
    "ends_on": _("Last day"),
    "expires_at": _("Until"),
    "expires_on": _("Last day"),
    "extended_at": _("Extended"),
    "extension_reason": _("Why it was extended"),
    "fee": _("Fee (dong)"),
    "fee_reason": _("Why the fee was waived"),
    "fee_status": _("Fee"),
    "full_name": _("Full name"),
    "given_at": _("Given"),
    "given_by": _("Given by"),
    "granted_at": _("Since"),
    "group": _("Group"),
    "groups_answer": _("Answer about groups"),
    "has_password": _("A password is set"),
    "has_second_factor": _("A second step is set"),
    "involves_others": _("Others must act too"),
    "is_active": _("Open"),
    "isced_f": _("Field (ISCED-F 2013)"),
    "issued_at": _("Issued on"),
    "issuer": _("Identity provider"),
    "job_related": _("Related to a job"),
    "joined_at": _("Enrolled"),
    "kind": _("Kind"),
    "language": _("Language"),
    "last_seen_at": _("Last used"),
    "learners": _("Learners"),
    "letters": _("Letters"),
    "linked_at": _("Linked"),
    "made_at": _("Since"),
    "medium": _("Sent by"),
    "method": _("By which way"),
    "minutes": _("Minutes"),
    "mode": _("Format"),
    "name": _("Name"),
    "national_id_given": _("A personal identification number was given"),
    "no_reminders_since": _("No reminders since"),
    "note": _("Note"),
    "number": _("Certificate number"),
    "objected_at": _("Not counted by group since"),
    "offered_until": _("Offered until"),
    "organisation": _("Organisation"),
    "outcome": _("Outcome"),
    "phone": _("Phone"),
    "phone_proven_at": _("Phone confirmed"),
    "present": _("Present"),
    "provider": _("Provider"),
    "provider_type": _("Provider type"),
    "purpose": _("Purpose"),
    "question": _("What was looked for"),
    "reason": _("Why"),
    "received_at": _("Received"),
    "recorded_at": _("Recorded"),
    "recorded_by": _("Recorded by"),
    "reply": _("Reply"),
    "restricted_at": _("Set aside since"),
    "revoked_at": _("Revoked on"),
    "revoked_because": _("Why it was revoked"),
    "role": _("Role"),
    "seated_at": _("Seat since"),
    "sent_at": _("Sent"),
    "session": _("Session"),
    "sex": _("Sex"),
    "standard": _("By what list or decision"),
    "starts_at": _("Begins"),
    "starts_on": _("First day"),
    "state": _("State"),
    "status": _("State"),
    "subject": _("Subject"),
    "text_digest": _("Digest of the text as shown"),
    "text_version": _("Version of the text"),
    "to": _("To"),
    "topic": _("Topic"),
    "valid_from": _("From"),
    "valid_to": _("To"),
    "ward": _("Ward"),
    "ward_code": _("Code of the ward"),
    "wish": _("Your words"),
    "withdrawn_at": _("Withdrawn"),
    "you_are": _("Your part"),
}
_PARTS = {
    "you": _("You"),
    "family": _("Your family"),
    "staff": _("Staff of a provider"),
    "commune_officer": _("Officer of a ward or commune"),
    "catalogue_editor": _("City staff (catalogue)"),
    "statistician": _("City staff (figures)"),
    "administrator": _("City staff (administration)"),
    "nobody": _("The site, or somebody without an account"),
    "guardian": _("You act for somebody"),
    "dependant": _("Somebody acts for you"),
}
_VALUES: dict[str, str] = {
    **_PARTS,
    "female": _("Female"),
    "male": _("Male"),
    "not_stated": _("Not stated"),
    "not_asked": _("Not asked"),
    "given": _("Given"),
    "declined": _("Prefer not to say"),
    "employed": _("Employed"),
    "self_employed": _("Self-employed"),
    "unemployed": _("Looking for work"),
    "studying": _("Studying"),
    "at_home": _("At home"),
    "retired": _("Retired"),
    "other": _("Other"),
    "permanent": _("Permanent"),
    "temporary": _("Temporary"),
    "parent": _("Parent"),
    "helper": _("Helper"),
    "stated": _("As you said"),
    "contact": _("You hold the phone or mailbox"),
    "desk": _("Staff saw a paper"),
    "electronic": _("By an identity scheme"),
    "password": _("Password"),
    "identity_provider": _("Identity provider"),
    "enrolled": _("Has a place"),
    "waiting": _("On the waiting list"),
    "withdrawn": _("Given up"),
    "cancelled": _("Cancelled"),
    "completed": _("Completed"),
    "void": _("Not valid"),
    "present": _("Present"),
    "late": _("Came late"),
    "excused": _("Absent, with a reason"),
    "absent": _("Absent"),
    "sms": _("Text message"),
    "vi": _("Vietnamese"),
    "en": _("English"),
}
_OF_NAME: dict[str, dict[Any, str]] = {
    "state": {
        "pending": _("Waits for an answer"),
        "offered": _("A seat is offered"),
        "declined": _("Did not take the seat"),
        "lapsed": _("Did not answer in time"),
        "refused": _("Refused by the provider"),
        "transferred": _("Moved to another class"),
        "not_completed": _("Not completed"),
    },
    "fee_status": {
        "free": _("Free of charge"),
        "due": _("to be paid at the centre"),
        "paid": _("paid"),
        "waived": _("you need not pay it"),
    },
    "channel": dict(CHANNELS),
    "outcome": {each.value: words for each, words in OUTCOMES.items()},
    "kind": {each.value: words for each, words in KINDS.items()},
    "letters": {"none": _("No letters"), "daily": _("Every day"), "weekly": _("Every week")},
}
FOR_PROGRAMS = frozenset({"about"})
"""Names that mean nothing to people."""
_PHONES = frozenset({"phone", "to"})


def name_of(name: str) -> str:
    """A machine name as people read it."""
    found = _NAMES.get(name)
    return str(found) if found else name.replace("_", " ").capitalize()


def value_of(name: str, value: object) -> str:
    """A value as people read it; what people wrote stays as it is."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return date_time(value)
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(value_of(name, each) for each in value)
    if isinstance(value, Enum):
        value = value.value
    return _text(name, str(value))


def _text(name: str, value: str) -> str:
    if name == "action":
        return str(what_was_done(value))
    if name == "purpose":
        return purposes.by_code(value).title.text() if value in purposes.CODES else value
    if name in _PHONES and value.startswith("+"):
        return phone(value)
    return str(_OF_NAME.get(name, {}).get(value) or _VALUES.get(value, value))
