"""Nothing names an erased person any more, and no figure changes."""

import tarfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts import merged_rows
from app.accounts.errors import NoSuchPerson, StillHasRoles
from app.accounts.models import Account, Consent, DataRequest, Person
from app.accounts.operations import Guest, erasure, merges, person_for_guest
from app.core import archive, clock, config, rotation
from app.core.db import db, transaction
from app.enrolment import operations as enrolment
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Enrolment, EnrolmentState
from app.participation import exports, orders, periods, store
from app.participation.cells import counted
from app.participation.digest import digest
from app.participation.dimensions import Dimension
from app.participation.queries import Question
from tests import raw
from tests.accounts.people import (
    DAY,
    EMAIL,
    NAME,
    PHONE,
    contents,
    count_facts,
    fill,
    learn,
    make_person,
)
from tests.factories import GrantFactory, RunFactory, StaffFactory

PERIODS = ("2026-H1", "2026", "2025-2026", "12M-2026-06-30", "2Y-2026")
BY = [
    (),
    *((dimension,) for dimension in Dimension if dimension.is_of_person),
    (Dimension.WARD, Dimension.AGE_BAND),
    (Dimension.SEX, Dimension.MONTH),
    (Dimension.PROVIDER, Dimension.TOPIC),
]


@pytest.fixture(autouse=True)
def forgetful(app, one_key):
    """Other tests erase people too, and the file lies beside the key they share."""
    erasure._file().unlink(missing_ok=True)
    yield
    erasure._file().unlink(missing_ok=True)


def erase(person):
    db.session.rollback()
    return erasure.erase(person.id, None, "theo yêu cầu")


def figures(by=BY) -> dict[str, bytes]:
    """Every table staff can ask for, as the bytes of its file, and the digests."""
    db.session.rollback()
    where = store.folder(config.current())
    store.refresh(where, everything=True)
    found = {}
    for name in PERIODS:
        period = periods.parse(name)
        found[name] = digest(period).encode()
        for dimensions in by:
            with counted(where, Question(period, dimensions), orders.scratch()) as cells:
                lines = [line for line in exports.content(cells, "csv").splitlines() if line]
            found[f"{name} {dimensions}"] = b"\n".join(
                line for line in lines if str(clock.now().year).encode() + b"-1" not in line[:20]
            )
    return found


def crowd(name=NAME, phone=PHONE, email=EMAIL):
    """People of all ages at two classes; the first one is the person to be erased."""
    person = make_person(name, phone, sex="female")
    fill(person, email=email)
    learn(person)
    learn(person, date(2026, 6, 29))
    for n in range(6):
        learn(make_person(f"Trần Văn {n}", f"+8498700002{n}", date(1960 + n * 7, 6, 30)), DAY)
    count_facts()
    return person


def test_no_figure_changes_by_erasing_rotating_and_counting_anew(app, run_jobs):
    person = crowd()
    year_only = person_for_guest(Guest(full_name="Lê Hoa", phone="+84912345678", born_in=1966))
    learn(year_only)
    count_facts()
    before = figures()
    assert len(before) == len(PERIODS) * (1 + len(BY))
    for each in (person, year_only):
        erase(each)
    run_jobs()
    assert figures(BY[:1]).items() <= before.items()
    rotation.rotate()
    count_facts()
    assert figures() == before


def test_nothing_of_the_person_is_left_in_tables_files_or_a_new_backup(app, run_jobs, tmp_path):
    name, phone, email = "Quách Thị Ánh Nhiên", "+84977654321", "anhnhien@example.org"
    person = crowd(name, phone, email)
    account_id = db.session.scalar(select(Account.id))
    run_jobs()
    store.refresh(store.folder(config.current()), everything=True)
    planted = [name, "Ánh Nhiên", phone, phone[3:], email, person.guest_key]
    codes = db.session.scalars(select(Enrolment.code).where(Enrolment.person_id == person.id)).all()
    assert all(text in contents() for text in planted)
    old_id = person.id
    new_id = erase(person)
    run_jobs()
    said = contents()
    assert [text for text in [*planted, *codes] if text in said] == []
    assert merged_rows.current_id(old_id) is None
    assert db.session.get(Account, account_id).is_active is False
    assert db.session.get(Person, new_id).born_on == date(1960, 5, 1)
    archive.write(config.current(), tmp_path / "later.tar.gz")
    assert bytes_of(config.current().data_dir) | bytes_of(tmp_path)
    for files in (bytes_of(config.current().data_dir), unpacked(tmp_path / "later.tar.gz")):
        for text in planted:
            assert [name for name, data in files.items() if text.encode() in data] == [], text
    if db.engine.dialect.name == "sqlite":
        files = bytes_of_database()
        assert [text for text in planted if any(text.encode() in f for f in files)] == []


def bytes_of(folder) -> dict[str, bytes]:
    return {str(path): raw.content(path) for path in folder.rglob("*") if path.is_file()}


def bytes_of_database() -> list[bytes]:
    file = Path(db.engine.url.database)
    return [raw.content(path) for path in file.parent.glob(f"{file.name}*")]


def unpacked(file) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar if each.isfile()}


def test_a_request_stays_without_its_words_and_a_childs_consent_stays_proof(app):
    person = crowd()
    new_id = erase(person)
    request = db.session.scalars(select(DataRequest)).one()
    assert (request.person_id, request.wish) == (None, "")
    consents = db.session.scalars(select(Consent)).all()
    assert [each.given_by_id for each in consents] == [new_id]


def test_places_to_come_are_given_up_first(app):
    person, other = make_person(), make_person(phone="+84987000001")
    run = RunFactory(capacity=1)
    mine = enrolment.enrol(person.id, run.id).id
    waits = enrolment.enrol(other.id, run.id).id
    erase(person)
    states = [db.session.get(Enrolment, id_).state for id_ in (mine, waits)]
    assert states == [EnrolmentState.WITHDRAWN, EnrolmentState.OFFERED]
    assert audit_invariants() == []


def test_rows_merged_into_the_person_go_too(app, run_jobs):
    person, double = make_person(), make_person(phone="+84987555555")
    fill(double, account=False)
    merges.merge(person.id, double.id, None, "")
    erase(double)
    assert len(db.session.scalars(select(Person).where(Person.full_name == NAME)).all()) == 0
    assert "987555555" not in contents()


@pytest.mark.parametrize("role", [GrantFactory, StaffFactory])
def test_whoever_works_here_is_not_erased(app, role):
    person = make_person()
    role().account.person = person
    db.session.commit()
    with pytest.raises(StillHasRoles):
        erase(person)
    assert db.session.get(Person, person.id).full_name == NAME


def test_twice_is_refused(app):
    person = make_person()
    old_id = person.id
    for id_ in (old_id, erase(person)):
        with pytest.raises(NoSuchPerson):
            erasure.erase(id_, None)


def test_the_same_human_later_is_a_new_person(app):
    hoa = Guest(full_name=NAME, phone=PHONE, born_in=1960)
    first = person_for_guest(hoa)
    past = {first.id, erase(first)}
    assert person_for_guest(hoa).id not in past


def test_a_restore_does_not_bring_an_erased_person_back(app, run_jobs, tmp_path):
    person = crowd()
    other = make_person("Ngô Thị Ở Lại", "+84987999999")
    backup = tmp_path / "before.tar.gz"
    db.session.rollback()
    archive.write(config.current(), backup)
    before = figures([()])
    erase(person)
    archive.read(config.current(), backup)
    assert NAME in contents()
    run_jobs()
    said = contents()
    assert [text for text in (NAME, PHONE, EMAIL) if text in said] == []
    assert db.session.get(Person, other.id).full_name == "Ngô Thị Ở Lại"
    assert figures([()]) == before


def test_what_is_rolled_back_is_not_remembered(app):
    person = make_person()
    with pytest.raises(ZeroDivisionError):
        _erase_and_fail(person.id)
    assert erasure.noted() == []
    assert erasure.replay() == 0
    assert db.session.get(Person, person.id).full_name == NAME


def _erase_and_fail(person_id):
    with transaction():
        erasure.erase(person_id, None)
        1 / 0  # noqa: B018 - any failure after the erasure and before the commit
