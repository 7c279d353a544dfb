"""Every change to accounts and persons."""

from app.accounts.operations.accounts import (
    change_password,
    create_account,
    grant,
    one_time_password,
    set_password,
)
from app.accounts.operations.persons import Guest, move, person_for_guest, record_consent
from app.accounts.operations.sign_in import sign_in, sign_out

__all__ = [
    "Guest",
    "change_password",
    "create_account",
    "grant",
    "move",
    "one_time_password",
    "person_for_guest",
    "record_consent",
    "set_password",
    "sign_in",
    "sign_out",
]
