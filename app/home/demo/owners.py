"""Invented people who answer for the providers of the demo city that report."""

import random
from collections.abc import Sequence

from app.accounts.models import Account
from app.core.access import ProviderRole
from app.home.demo import people
from app.home.demo.rows import Rows
from app.home.demo.texts import names
from app.places.models import Sex
from app.providers.models import StaffMember

_SEED = 20260702


def add_owners(rows: Rows, provider_ids: Sequence[int], password_hash: str) -> None:
    """One account for each of these providers."""
    dice, known = random.Random(_SEED), names()
    for provider_id in provider_ids:
        sex = dice.choice((Sex.FEMALE, Sex.MALE))
        number = rows.add(
            Account,
            display_name=people.name(dice, known, sex, people.family(dice, known)),
            email=f"donvi{provider_id:02}@demo.example",
            phone=None,
            password_hash=password_hash,
            person_id=None,
            is_active=True,
        )
        rows.add(
            StaffMember, provider_id=provider_id, account_id=number, role=ProviderRole.OWNER
        )  # fmt: skip
