"""One number that says whether two sets of facts are the same, whoever the people are called.

The digest of a period is SHA-256 over its facts in an order, and with names for people, that follow
from the facts alone:

1. Every fact becomes one line of what it says: day, session, run, course, provider, minutes,
   presence, headcount, classification, sex, month of birth and ward. Numbers of persons, places and
   facts are not in it. Those of sessions, runs, courses and providers are: they are public and
   never change.
2. The lines of one person, sorted, are that person's record, and its SHA-256 stands for it. The
   records, sorted, give each person a dense number: two with the same record may change places,
   because no line refers to anybody else. So the sorted records are the canonical form, whatever
   the numbers in the table were.
3. Lines without a person follow, sorted as well.

It is the same on both databases, after a rotation of the keys (no key is in it), after a restore or
under other numbers, and after somebody was erased: the stripped row has the same lines, because the
birthday is taken to its month. Merging two persons joins two records, so the live figures and their
digest change; what was frozen before has kept its facts.
"""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import String, select, type_coerce

from app.core.db import db
from app.participation.models import Fact
from app.participation.periods import Period

_AT_ONCE = 10_000
_SAID = (
    Fact.day, Fact.session_id, Fact.run_id, Fact.course_id, Fact.provider_id, Fact.minutes,
    Fact.present, Fact.headcount, type_coerce(Fact.sex, String), Fact.ward, Fact.provider_type,
    Fact.topic, Fact.isced_f, Fact.cla, Fact.mode, Fact.job_related,
)  # fmt: skip
"""What a line says besides the month of birth; a new column of facts that counts belongs here."""


def digest(period: Period) -> str:
    """The digest of the period's facts as the tables have them now."""
    records: list[bytes] = []
    unnamed: list[str] = []
    for person_id, rows in groupby(_facts(period), key=lambda row: row.person_id):
        lines = sorted(_line(row) for row in rows)
        if person_id is None:
            unnamed = lines
        else:
            records.append(_sha256(lines).digest())
    total = hashlib.sha256()
    for record in sorted(records):
        total.update(record)
    total.update(_sha256(unnamed).digest())
    return total.hexdigest()


def _facts(period: Period) -> Iterator[Any]:
    """All facts of one person after another, a part at a time."""
    query = select(Fact.person_id, Fact.born_on, *_SAID)
    query = query.where(Fact.day >= period.first, Fact.day <= period.last)
    ordered = query.order_by(Fact.person_id)
    yield from db.session.execute(ordered, execution_options={"yield_per": _AT_ONCE})


def _line(row: Any) -> str:
    born = row.born_on.strftime("%Y-%m") if row.born_on else ""
    return "\t".join([born, *(_text(value) for value in row[2:])])


def _text(value: object) -> str:
    """A truth is 0 or 1 on both databases."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _sha256(lines: Iterable[str]) -> Any:
    found = hashlib.sha256()
    for line in lines:
        found.update(f"{line}\n".encode())
    return found
