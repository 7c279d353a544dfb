"""What every way of signing in elsewhere has to offer; national schemes come in as one of these.

Signing in elsewhere has two halves: the browser is sent away with something only it and we know,
and comes back with an answer to that. A scheme asks its own server whatever it has to in between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from app.accounts.models import Assurance
from app.core.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedIdentity:
    """Whom the scheme says it is; issuer and subject alone tell one account there from others."""

    issuer: str
    subject: str
    name: str = ""
    born_on: date | None = None
    email: str | None = None  # only where the scheme has proved it
    national_id: str | None = None  # twelve digits; goes through core.keys.keyed_hash, never kept
    assurance: Assurance = Assurance.STATED
    has_two_factors: bool = False  # the scheme has asked for a second one just now


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and what to keep (JSON) until it comes back."""

    address: str
    kept: dict[str, Any]


class IdentityScheme(Protocol):
    """One way of signing in elsewhere. Neither half may be called inside a transaction."""

    @property
    def name(self) -> Bilingual:
        """As it is called in "Sign in with ..."."""

    def begin(self, redirect_uri: str, *, again: bool = False) -> Departure:
        """Set out.

        Args:
            redirect_uri: where the scheme sends the browser back to.
            again: the person has to show there anew who they are, signed in or not.

        Raises:
            IdentityProviderAway: the scheme does not answer.
        """

    def finish(self, answer: Mapping[str, str], kept: Mapping[str, Any]) -> VouchedIdentity:
        """Understand what the browser came back with, and believe nothing unproved.

        Args:
            answer: the query of the address it came back to.
            kept: what `begin` gave to keep.

        Raises:
            IdentityRefused: the answer is none to this question, or not the scheme's.
            IdentityProviderAway: the scheme does not answer.
        """
