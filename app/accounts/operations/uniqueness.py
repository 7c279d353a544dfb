"""One account for each mailbox and each phone: the database decides, also between two at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from app.core.db import breaks
from app.core.errors import DomainError

_CONSTRAINTS = (("uq_accounts_email", "accounts.email"), ("uq_accounts_phone", "accounts.phone"))


@contextmanager
def unless_taken(refusal: type[DomainError]) -> Iterator[None]:
    """Around a transaction that flushes its account: raise `refusal` where another has the contact.

    Nothing of the transaction is kept then.
    """
    try:
        yield
    except IntegrityError as error:
        if any(breaks(error, name, column) for name, column in _CONSTRAINTS):
            raise refusal from error
        raise
