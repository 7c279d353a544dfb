"""Rows about people as a city has them, and what a database says about them."""

import hashlib
import json
from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.models import (
    Bond,
    Consent,
    DataRequest,
    ExternalIdentity,
    Guardianship,
    LoginSession,
    OneTimeCode,
    PersonGroup,
    PriorityGroup,
    RequestKind,
)
from app.accounts.models.accounts import Assurance
from app.accounts.models.codes import CodePurpose
from app.core import audit, clock, vi
from app.core.db import Base, db, transaction
from app.core.keys import keyed_hash, random_code
from app.enrolment import operations as enrolment
from app.notices.models import Medium, Message
from app.participation import operations as participation
from tests.factories import (
    AccountFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
)
from tests.participation.conftest import meet, seat

NAME, PHONE, EMAIL = "Đặng Thị Ngọc Bảo Châu", "+84987123456", "baochau.dang@example.org"
DAY = date(2026, 3, 2)
_DERIVED = {"audit_entries", "audit_links", "jobs", "participation_months", "merges", "suspicions"}


def make_person(name=NAME, phone=PHONE, born_on=date(1960, 5, 17), **values):
    return PersonFactory(
        full_name=name, name_key=vi.name_match_key(name), phone=phone, born_on=born_on, **values
    )


def fill(person, *, account=True, email=EMAIL):
    """A bit of everything a person leaves behind."""
    now = clock.now()
    person.email = email
    person.guest_key = keyed_hash(f"guest|{person.id}")
    ResidenceFactory(person=person, valid_from=date(2025, 7, 1), valid_to=date(2026, 4, 30))
    ResidenceFactory(person=person, valid_from=date(2026, 5, 1))
    child = PersonFactory(born_on=date(2018, 1, 1))
    rows = [
        Guardianship(guardian_id=person.id, dependant_id=child.id, bond=Bond.PARENT),
        PersonGroup(person_id=person.id, group=PriorityGroup.POOR, valid_from=DAY, standard=email),
        Message(key=f"k{person.id}", person_id=person.id, medium=Medium.SMS,
                to=person.phone or PHONE, body=f"Chào {person.full_name}"),
        DataRequest(code=random_code(12), person_id=person.id, kind=RequestKind.SEE, channel="web",
                    wish=f"{person.full_name} muốn xem", answer_by=DAY, act_by=DAY),
        *(
            Consent(person_id=owner, given_by_id=by, purpose="enrolment", text_version="1",
                    language="vi", channel="web", note=note)
            for owner, by, note in ((person.id, None, person.full_name), (child.id, person.id, ""))
        ),
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.commit()
    if account:
        _open_account(person, now)
    return child


def _open_account(person, now):
    account = AccountFactory(
        person=person, display_name=person.full_name, email=person.email, phone=person.phone
    )
    rows = [
        LoginSession(token_hash=keyed_hash(random_code()), account_id=account.id, expires_at=now,
                     browser=f"Máy của {person.full_name}"),
        ExternalIdentity(account_id=account.id, issuer="https://id.example", subject=person.email,
                         assurance=Assurance.ELECTRONIC),
        OneTimeCode(handle=random_code(20), purpose=CodePurpose.SIGN_IN, code_hash="0" * 64,
                    contact_hash=keyed_hash(person.phone), expires_at=now + timedelta(minutes=5)),
        Message(key=f"code{person.id}", medium=Medium.SMS, to=person.phone, body="Mã: 123456"),
    ]  # fmt: skip
    with transaction() as session:
        session.add_all(rows)
        audit.record("account.signed_in", "account", account.id, account.id, person_id=person.id)
    return account


def learn(person, day=DAY, run=None):
    """A class the person was at on this day, with others."""
    run = run or RunFactory(capacity=None)
    others = [seat(run, date(2026, 1, 2)) for _ in range(2)]
    mine = seat(run, date(2026, 1, 3), person)
    run.seats_taken += 3
    db.session.commit()
    return meet(run, day, present=[mine, others[0]], absent=others[1:])


def enrol(person, **run):
    """A place in a class to come, by the rules."""
    found = RunFactory(**run)
    return enrolment.enrol(person.id, found.id)


def count_facts():
    return participation.rebuild()


def fingerprint() -> dict[str, str]:
    """A hash of every table but those that only tell of work done or to do."""
    db.session.rollback()
    return {
        table.name: _hash_of(table) for table in Base.metadata.sorted_tables
        if table.name not in _DERIVED
    }  # fmt: skip


def _hash_of(table) -> str:
    """Of rows that are closed and never overwritten those that hold, whenever that was found."""
    query = select(table)
    if "known_to" in table.c:
        told = [c for c in table.c if c.name not in ("id", "known_from", "known_to")]
        query = select(*told).where(table.c.known_to.is_(None))
    rows = sorted(json.dumps([str(value) for value in row]) for row in db.session.execute(query))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def contents() -> str:
    """Everything the tables hold, as one text."""
    db.session.rollback()
    return "\n".join(
        str(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )
