"""Priority groups as bits of one number, so that a row can hold several."""

from collections.abc import Iterable

from app.accounts.models import PriorityGroup

BITS = {
    PriorityGroup.MERITORIOUS: 1,
    PriorityGroup.POLICY: 2,
    PriorityGroup.POOR: 4,
    PriorityGroup.NEAR_POOR: 8,
    PriorityGroup.ETHNIC_MINORITY: 16,
    PriorityGroup.DISABILITY: 32,
    PriorityGroup.RURAL_WORKER: 64,
    PriorityGroup.MIGRANT_WORKER: 128,
    PriorityGroup.FOREIGNER: 256,
}
"""Kept in rows and files: a bit never gets another meaning; a new group takes the next one."""


def bits_of(groups: Iterable[PriorityGroup | str]) -> int:
    """All of these groups in one number."""
    return sum({BITS[PriorityGroup(group)] for group in groups})
