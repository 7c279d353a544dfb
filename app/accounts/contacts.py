"""Phones and mailboxes: the ways to reach somebody, which codes prove."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.core.formats import read_phone

_MAILBOX = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}", re.ASCII)
_LONGEST = 254


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number (E.164) or an e-mail address (lower case)."""

    kind: ContactKind
    value: str

    @classmethod
    def read(cls, text: str) -> "Contact | None":
        """What somebody typed, in any usual spelling; None when it can be neither."""
        typed = text.strip().lower()
        if "@" in typed:
            fits = len(typed) <= _LONGEST and typed.isprintable() and _MAILBOX.fullmatch(typed)
            return cls(ContactKind.EMAIL, typed) if fits else None
        phone = read_phone(typed)
        return cls(ContactKind.PHONE, phone) if phone else None

    @property
    def masked(self) -> str:
        """Enough to recognise it, too little to use it."""
        if self.kind is ContactKind.PHONE:
            return f"…{self.value[-3:]}"
        return f"{self.value[:1]}…@{self.value.partition('@')[2]}"
