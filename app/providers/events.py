"""What happened to providers, and to those who want to be one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApplicationMoved:
    """An application has come to this step; the applicant hears of it."""

    application_id: int
    step_id: int


@dataclass(frozen=True, slots=True)
class MemberInvited:
    """Somebody is to hear that a provider wants them on its staff.

    Attributes:
        at: when it was said, ISO 8601: said again later, it goes out again.
    """

    invitation_id: int
    at: str


@dataclass(frozen=True, slots=True)
class ProviderMoved:
    """The city decided about a provider; its owners hear of it."""

    step_id: int
