"""Who may be one human under two rows: found by comparing within small blocks, decided by staff."""

from collections.abc import Iterator, Sequence
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import and_, delete, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.errors import AlreadyDecided
from app.accounts.models import Person, Suspicion, SuspicionState
from app.core import audit, clock, vi
from app.core.db import transaction

MOST = 50
"""Candidates compared in each block of one person."""
ENOUGH = 65
_NAMES_ALIKE, _OTHER_TONES = 0.8, 0.95
_NAME, _BIRTH, _PHONE = 45, 30, 25
SAME_NUMBER, SAME_NAME, ALIKE_NAME = "national_id", "name", "similar_name"
SAME_DAY, SWAPPED_DAY, SAME_YEAR, SAME_PHONE = "birth_date", "birth_swapped", "birth_year", "phone"


def compare(one: Person, other: Person) -> tuple[int, list[str]]:
    """How likely the two are one, 0 to 100, and why; 0 when nothing says so.

    People of one household share a phone: other names, or other years of birth, are other people.
    A wrongly typed year is believed only under the same name to the last tone and the same phone.
    """
    if one.national_id_hash and one.national_id_hash == other.national_id_hash:
        return 100, [SAME_NUMBER, *_why(one, other)]
    if one.national_id_hash and other.national_id_hash:
        return 0, []
    same_phone = one.phone is not None and one.phone == other.phone
    same_name = bool(one.name_key) and one.name_key == other.name_key
    alike, birth = _names(one, other), _births(one, other)
    if alike < _NAMES_ALIKE or (birth == 0 and not (same_phone and same_name)):
        return 0, []
    sure = alike if same_name else alike * _OTHER_TONES
    score = round(_NAME * sure + _BIRTH * birth + _PHONE * same_phone)
    return (score, _why(one, other)) if score >= ENOUGH else (0, [])


def look(person_id: int) -> int:
    """Compare one person with whoever is near; how many suspicions stand now.

    What staff have decided stays decided, unless the same identification number speaks against it.
    """
    with transaction() as session:
        person = session.get(Person, person_id)
        if person is None or not _is_current(person):
            return 0
        known = {_pair(each.first_id, each.second_id): each for each in _known(session, person_id)}
        found = 0
        for other in _near(session, person):
            pair = _pair(person.id, other.id)
            score, reasons = compare(person, other)
            found += _keep(session, pair, known.pop(pair, None), score, reasons)
        for each in known.values():
            _drop_if_open(session, each, person)
        return found


def decide_different(suspicion_id: int, by_id: int, reason: str) -> None:
    """Somebody looked: these are two people.

    Raises:
        AlreadyDecided: somebody else was quicker.
    """
    with transaction() as session:
        suspicion = session.get_one(Suspicion, suspicion_id, with_for_update=True)
        if suspicion.state is not SuspicionState.OPEN:
            raise AlreadyDecided
        close(suspicion, SuspicionState.DIFFERENT, by_id, reason)
        for person_id in (suspicion.first_id, suspicion.second_id):
            audit.record(
                "person.found_different", "suspicion", suspicion_id, by_id,
                person_id=person_id, reason=reason,
            )  # fmt: skip


def close(suspicion: Suspicion, state: SuspicionState, by_id: int | None, reason: str) -> None:
    suspicion.state, suspicion.note = state, reason
    suspicion.decided_at, suspicion.decided_by_id = clock.now(), by_id


def find(session: Session, one_id: int, other_id: int) -> Suspicion | None:
    """The suspicion about these two, decided or not."""
    first, second = _pair(one_id, other_id)
    of_pair = select(Suspicion).where(Suspicion.first_id == first, Suspicion.second_id == second)
    return session.scalar(of_pair.with_for_update())


def _names(one: Person, other: Person) -> float:
    """Without marks, in any order of the words; the given name counts as much as all together."""
    a, b = vi.fold(one.full_name), vi.fold(other.full_name)
    if not a or not b:
        return 0.0
    if sorted(a.split()) == sorted(b.split()):
        return 1.0
    return (fuzz.ratio(a, b) + fuzz.ratio(a.split()[-1], b.split()[-1])) / 200


def _births(one: Person, other: Person) -> float:
    a, b = one.born_on, other.born_on
    if a and b:
        if a == b:
            return 1.0
        if a.year != b.year:
            return 0.0
        return 0.9 if (a.month, a.day) == (b.day, b.month) else 0.4
    if one.born_in is None or other.born_in is None:
        return 0.5
    return 0.7 if one.born_in == other.born_in else 0.0


def _why(one: Person, other: Person) -> list[str]:
    same_name = one.name_key and one.name_key == other.name_key
    reasons = [SAME_NAME] if same_name else []
    if not same_name and _names(one, other) >= _NAMES_ALIKE:
        reasons = [ALIKE_NAME]
    birth = {1.0: SAME_DAY, 0.9: SWAPPED_DAY, 0.7: SAME_YEAR, 0.4: SAME_YEAR}
    reasons += [birth[_births(one, other)]] if _births(one, other) in birth else []
    return [*reasons, SAME_PHONE] if one.phone and one.phone == other.phone else reasons


def _is_current(person: Person) -> bool:
    return person.merged_into_id is None and person.erased_at is None


def _pair(one_id: int, other_id: int) -> tuple[int, int]:
    return min(one_id, other_id), max(one_id, other_id)


def _known(session: Session, person_id: int) -> Sequence[Suspicion]:
    mine = or_(Suspicion.first_id == person_id, Suspicion.second_id == person_id)
    return session.scalars(select(Suspicion).where(mine)).all()


def _near(session: Session, person: Person) -> Iterator[Person]:
    """Everybody in one of the person's blocks, each once, the newest rows of a big block."""
    blocks: list[Any] = []
    if person.national_id_hash:
        blocks.append(Person.national_id_hash == person.national_id_hash)
    if person.phone:
        blocks.append(Person.phone == person.phone)
    if person.name_key:
        same_year = Person.born_in == person.born_in if person.born_in else true()
        blocks.append(and_(Person.name_key == person.name_key, same_year))
    seen = {person.id}
    current = and_(Person.merged_into_id.is_(None), Person.erased_at.is_(None))
    for block in blocks:
        near = select(Person).where(block, current, Person.id != person.id)
        for other in session.scalars(near.order_by(Person.id.desc()).limit(MOST)):
            if other.id not in seen:
                seen.add(other.id)
                yield other


def _keep(
    session: Session,
    pair: tuple[int, int],
    known: Suspicion | None,
    score: int,
    reasons: list[str],
) -> bool:
    """Whether the pair is suspected now."""
    if known is None:
        if score:
            new = Suspicion(first_id=pair[0], second_id=pair[1], score=score, reasons=reasons)
            session.add(new)
        return bool(score)
    new_proof = SAME_NUMBER in reasons and SAME_NUMBER not in known.reasons
    if known.state is SuspicionState.DIFFERENT and new_proof:
        known.state, known.decided_at, known.decided_by_id = SuspicionState.OPEN, None, None
    if known.state is not SuspicionState.OPEN:
        return False
    if not score:
        session.delete(known)
        return False
    known.score, known.reasons = score, reasons
    return True


def _drop_if_open(session: Session, known: Suspicion, person: Person) -> None:
    """They are in no block together any more; a full block may only have hidden the other."""
    other_id = known.second_id if known.first_id == person.id else known.first_id
    other = session.get(Person, other_id)
    score = compare(person, other)[0] if other is not None and _is_current(other) else 0
    if not score and known.state is SuspicionState.OPEN:
        session.execute(delete(Suspicion).where(Suspicion.id == known.id))
