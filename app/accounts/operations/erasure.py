"""Deleting a person so that no figure changes.

A new row that nothing leads to takes over what only counts: places in classes, marks and facts, the
wards with their days, sex, and the month of birth (official periods end with a month, so nobody
gets into another age band). Everything that names the person is deleted.

Backups made before still hold the person. So the numbers of the deleted rows are kept in a file
beside KEY_FILE, away from backups and database, and a restore deletes these rows again.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts import merged_rows
from app.accounts.errors import NoSuchPerson
from app.accounts.events import PersonErased
from app.accounts.models import Account, Merge, Person, Suspicion
from app.accounts.rights.holdings import all_holdings
from app.core import audit, clock, config, jobs
from app.core.db import after_commit, transaction

Rows = list[list[str]]
"""Of each row its number and the moment it was made: the same number elsewhere is another."""


def erase(person_id: int, by_id: int | None, reason: str = "") -> int:
    """Delete the person, and every row that was merged into theirs; the number of the new row.

    Raises:
        NoSuchPerson: there is none, or they are deleted already.
        StillHasRoles: they work here; that ends first.
    """
    with transaction() as session:
        current_id = merged_rows.current_id(person_id)
        if current_id is None:
            raise NoSuchPerson
        ids = merged_rows.all_ids(current_id)
        persons = _locked(session, ids)
        if any(person.erased_at for person in persons):
            raise NoSuchPerson
        stripped = _stripped(session, next(p for p in persons if p.id == current_id))
        rows = [[str(person.id), person.created_at.isoformat()] for person in persons]
        _empty(session, ids, stripped.id)
        audit.record("person.erased", "person", stripped.id, by_id, reason=reason)
        jobs.emit(PersonErased(rows))
        after_commit(partial(note, rows))
        return stripped.id


def note(rows: Rows) -> None:
    """Remember for later restores that these rows are deleted; twice is the same as once."""
    known = noted()
    new = [row for row in rows if row not in known]
    if not new:
        return
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in new)
        file.flush()
        os.fsync(file.fileno())


def noted() -> Rows:
    """The rows deleted so far, as far as this installation remembers."""
    with suppress(FileNotFoundError):
        return [_row(line) for line in _file().read_text("utf-8").splitlines() if line]
    return []


def replay() -> int:
    """Delete again what a restore has brought back; how many people."""
    with transaction() as session:
        back = [
            int(number)
            for number, made in noted()
            if (person := session.get(Person, int(number))) is not None
            and person.created_at == datetime.fromisoformat(made)
        ]
        erased = 0
        for person_id in back:
            with suppress(NoSuchPerson):
                erase(person_id, None, "restored")
                erased += 1
        return erased


def _row(line: str) -> list[str]:
    return [str(each) for each in json.loads(line)]


def _file() -> Path:
    return config.current().key_file.with_name("erasures.jsonl")


def _locked(session: Session, ids: Sequence[int]) -> Sequence[Person]:
    rows = select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update()
    found = session.scalars(rows.execution_options(populate_existing=True)).all()
    for each in all_holdings():
        each.lock(session, ids)
    return found


def _stripped(session: Session, person: Person) -> Person:
    """A row that counts as the person did, and that nobody can be found by."""
    now = clock.now()
    row = Person(
        full_name="",
        sort_key="",
        sex=person.sex,
        born_on=person.born_on.replace(day=1) if person.born_on else None,
        born_in=person.born_in,
        created_at=now,
        erased_at=now,
        objected_at=now if person.objected_at else None,
    )
    session.add(row)
    session.flush()
    return row


def _empty(session: Session, ids: Sequence[int], stripped_id: int) -> None:
    """What counts to the stripped row, all else away; nothing refers to these rows at the end."""
    for person_id in ids:
        for each in reversed(all_holdings()):
            each.erase(session, person_id, stripped_id)
    suspected = or_(Suspicion.first_id.in_(ids), Suspicion.second_id.in_(ids))
    session.execute(delete(Suspicion).where(suspected))
    session.execute(delete(Merge).where(or_(Merge.kept_id.in_(ids), Merge.gone_id.in_(ids))))
    session.execute(update(Account).where(Account.person_id.in_(ids)).values(person_id=None))
    session.flush()
    session.expire_all()
    session.execute(update(Person).where(Person.id.in_(ids)).values(merged_into_id=None))
    session.execute(delete(Person).where(Person.id.in_(ids)))
