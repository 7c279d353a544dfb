"""The interface behind which a city adds a way to pay from afar; none is built in.

Paying at the centre needs nothing of this: staff record it, see `operations.fees`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.core.i18n import Bilingual
from app.enrolment import operations, queries
from app.enrolment.errors import NoSuchPlace, NothingDue, WrongSum
from app.enrolment.models import Enrolment, FeeStatus


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid; nothing in it says who pays or for which course."""

    place_code: str
    dong: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says was paid, under its own number."""

    place_code: str
    dong: int
    number: str


class PaymentProvider(Protocol):
    """A wallet, a bank or a card service."""

    code: str
    name: Bilingual

    def begin(self, bill: Bill) -> str:
        """The address at which this bill is paid."""

    def read(self, message: Mapping[str, str]) -> Receipt:
        """What a message of the provider says, once its signature is checked; else it raises."""


_providers: dict[str, PaymentProvider] = {}


def register(provider: PaymentProvider) -> None:
    """Offer this way to pay; the same code again replaces it."""
    _providers[provider.code] = provider


def unregister(code: str) -> None:
    _providers.pop(code, None)


def providers() -> list[PaymentProvider]:
    return list(_providers.values())


def begin(code: str, place: Enrolment) -> str:
    """Where to send somebody who wants to pay for this place.

    Raises:
        NothingDue: the place is free, paid or waived.
    """
    if place.fee_status is not FeeStatus.DUE:
        raise NothingDue
    return _providers[code].begin(Bill(place.code, place.fee))


def settle(code: str, message: Mapping[str, str]) -> Enrolment:
    """Believe a provider's message; the same one again changes nothing.

    Raises:
        NoSuchPlace: it names no place.
        WrongSum: another sum was paid than is due: staff have to look.
    """
    receipt = _providers[code].read(message)
    place = queries.place(receipt.place_code)
    if place is None:
        raise NoSuchPlace
    if place.fee != receipt.dong:
        raise WrongSum
    return operations.mark_paid(place.id, None, receipt=receipt.number)
