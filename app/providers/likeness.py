"""Providers that may be one: found within a ward by their folded names, decided by city staff."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from rapidfuzz import fuzz
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import joinedload

from app.core import audit, clock
from app.core.db import db, inserting, transaction
from app.core.vi import fold
from app.providers.errors import DecidedAlready
from app.providers.models import LikenessState, Provider, ProviderLikeness, ProviderStatus

ENOUGH = 88
_SHORT = 2
Pair = tuple[int, int]


def score(one: str, other: str) -> int:
    """How alike two folded names are, 0 to 100, in any order of their words.

    "no. 1" and "no. 2", or level A and level B, are different however long the rest is.
    """
    if one == other:
        return 100
    words, others = set(one.split()), set(other.split())
    if any(len(word) <= _SHORT or not word.isalpha() for word in words ^ others):
        return 0
    return round(fuzz.token_sort_ratio(one, other, score_cutoff=ENOUGH))


def pairs(names: Mapping[int, str]) -> Iterator[tuple[Pair, int]]:
    """Those of a small block that are alike; the lower number first."""
    for (first, one), (second, other) in combinations(sorted(names.items()), 2):
        alike = score(one, other)
        if alike >= ENOUGH:
            yield (first, second), alike


def look() -> int:
    """Compare the providers of each ward; how many new suspicions.

    What staff have decided stays decided; what is not alike any more is forgotten.
    """
    found = dict(_all_pairs())
    with transaction() as session:
        row = inserting(ProviderLikeness)
        new = 0
        for (first, second), alike in found.items():
            made = row.values(
                first_id=first, second_id=second, score=alike, state=LikenessState.OPEN,
                found_at=clock.now(),
            )  # fmt: skip
            kept = made.on_conflict_do_nothing(index_elements=["first_id", "second_id"])
            new += session.scalar(kept.returning(ProviderLikeness.id)) is not None
        for each in session.scalars(_open()).all():
            if (each.first_id, each.second_id) not in found:
                session.delete(each)
        return new


def open_pairs() -> Select[ProviderLikeness]:
    """What nobody has decided about, the likeliest first."""
    both = [
        joinedload(side).joinedload(Provider.unit)
        for side in (ProviderLikeness.first, ProviderLikeness.second)
    ]
    ordered = _open().order_by(ProviderLikeness.score.desc(), ProviderLikeness.id)
    return ordered.options(*both)


def found_different(likeness_id: int, by_id: int) -> None:
    """Somebody looked: these are two, for ever.

    Raises:
        DecidedAlready: somebody else was quicker.
    """
    with transaction() as session:
        likeness = session.get(ProviderLikeness, likeness_id, with_for_update=True)
        if likeness is None or likeness.state is not LikenessState.OPEN:
            raise DecidedAlready
        likeness.state = LikenessState.DIFFERENT
        likeness.decided_at, likeness.decided_by_id = clock.now(), by_id
        audit.record("provider.found_different", "provider", likeness.first_id, by_id,
                     other=likeness.second_id)  # fmt: skip


def forget(provider_id: int) -> None:
    """It is closed: nobody has to decide about it any more."""
    with transaction() as session:
        sides = (ProviderLikeness.first_id, ProviderLikeness.second_id)
        for side in sides:
            session.execute(
                delete(ProviderLikeness).where(
                    side == provider_id, ProviderLikeness.state == LikenessState.OPEN
                )
            )


def _open() -> Select[ProviderLikeness]:
    return select(ProviderLikeness).where(ProviderLikeness.state == LikenessState.OPEN)


def _all_pairs() -> Iterator[tuple[Pair, int]]:
    by_ward: dict[int, dict[int, str]] = defaultdict(dict)
    here: Sequence[tuple[int, int, str]] = db.session.execute(
        select(Provider.id, Provider.unit_id, Provider.name_vi).where(
            Provider.status.in_((ProviderStatus.ACTIVE, ProviderStatus.SUSPENDED))
        )
    ).all()
    for provider_id, unit_id, name in here:
        by_ward[unit_id][provider_id] = fold(name)
    for names in by_ward.values():
        yield from pairs(names)
