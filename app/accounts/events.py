"""What happened to accounts; ids only, and what is personal sealed."""

from dataclasses import dataclass
from enum import StrEnum


class WayInChange(StrEnum):
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"


@dataclass(frozen=True, slots=True)
class SignedInElsewhere:
    """An account was signed in with a kind of browser it never used before."""

    account_id: int
    browser: str  # in words
    at: str  # ISO


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """An account has another password; whoever owns it hears of it."""

    account_id: int
    at: str  # ISO


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """An account is reached elsewhere now; whoever holds the old phone or mailbox hears of it."""

    account_id: int
    sealed_old: str
    at: str  # ISO
    stays: bool = False  # this one remains, another contact of the account was replaced


@dataclass(frozen=True, slots=True)
class WayInChanged:
    """What opens an account, or is asked for besides, differs; whoever owns it hears of it."""

    account_id: int
    change: str  # a WayInChange
    at: str  # ISO


@dataclass(frozen=True, slots=True)
class OneTimeCodeAsked:
    """A code waits to be sent; what it says lies sealed in its row."""

    code_id: int


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """A person no longer agrees to this purpose; what accounts keep for it is gone already."""

    person_id: int
    purpose: str


@dataclass(frozen=True, slots=True)
class RequestMoved:
    """A request under the data law has come to this step; the person hears of it."""

    request_id: int
    step: str


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """A person is new, or something by which they are known or counted differs."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PagesViewed:
    """Support looked at the pages of an account as its owner sees them."""

    account_id: int
    at: str  # ISO


@dataclass(frozen=True, slots=True)
class PersonsMerged:
    """Two rows became one person, or two again."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class PersonErased:
    """Nothing names this person any more."""

    rows: list[list[str]]  # number and moment of making of each row that is gone


@dataclass(frozen=True, slots=True)
class RuleDue:
    """A rule about how long data are kept is to be applied today."""

    code: str
