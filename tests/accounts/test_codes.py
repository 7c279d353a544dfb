"""A code proves that somebody holds a phone or mailbox: once, for ten minutes, in five tries."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts import operations
from app.accounts.contacts import Contact
from app.accounts.errors import WrongCode
from app.accounts.jobs import forget_old
from app.accounts.models import CodePurpose, OneTimeCode
from app.core import clock, config, jobs
from app.core.db import db
from app.core.errors import TooManyAttempts
from app.core.jobs import DayBegan, Job
from app.notices.models import Message
from tests.codes import code_sent_to

HERE = "192.0.2.1"
PHONE = Contact.read("0912 345 678")
MAILBOX = Contact.read("Hoa@Example.org")
SIGN_IN = CodePurpose.SIGN_IN


def _ask(contact=PHONE, purpose=SIGN_IN, **more) -> tuple[str, str]:
    """A handle and its code, as the phone shows it."""
    handle = operations.ask_code(purpose, contact, HERE, language="vi", **more)
    return handle, code_sent_to(contact)


def _wrong(handle: str, code: str, purpose=SIGN_IN) -> bool:
    try:
        operations.check_code(purpose, handle, code, HERE)
    except WrongCode:
        return True
    return False


@pytest.mark.parametrize("contact", [PHONE, MAILBOX])
def test_a_code_proves_a_contact_once(app, contact):
    handle, code = _ask(contact, account_id=None)
    proven = operations.check_code(SIGN_IN, handle, f" {code[:3]} {code[3:]} ", HERE)
    assert proven.is_of(contact)
    assert operations.proven_lately(SIGN_IN, handle, contact)
    assert _wrong(handle, code)


def test_ten_at_once_use_a_code_once(app):
    handle, code = _ask()
    db.session.rollback()

    def type_it(_) -> bool:
        with app.app_context():
            return not _wrong(handle, code)

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(type_it, range(10))) == 1


def test_the_sixth_try_is_wrong_even_with_the_right_code(app):
    handle, code = _ask()
    assert all(_wrong(handle, f"{(int(code) + n) % 10**6:06}") for n in range(1, 6))
    assert _wrong(handle, code)


def test_a_code_dies_after_ten_minutes(app):
    handle, code = _ask()
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert _wrong(handle, code)


def test_a_newer_code_kills_the_older_one(app):
    older, code = _ask()
    newer, _ = _ask()
    assert _wrong(older, code)
    assert not _wrong(newer, code_sent_to(PHONE))


def test_a_code_is_wrong_for_another_purpose_or_browser(app):
    handle, code = _ask()
    other, _ = _ask(MAILBOX)
    assert _wrong(handle, code, CodePurpose.NEW_PASSWORD)
    assert _wrong(other, code)
    assert not operations.proven_lately(SIGN_IN, handle, PHONE)


def test_of_two_codes_that_belong_together_none_is_used_when_one_is_wrong(app):
    change = CodePurpose.CHANGE_CONTACT
    first, one = _ask(PHONE, change)
    second, two = _ask(MAILBOX, change)
    with pytest.raises(WrongCode):
        operations.check_codes(change, {first: one, second: "000000"}, HERE)
    proven = operations.check_codes(change, {first: one, second: two}, HERE)
    assert {each.is_of(PHONE) for each in proven} == {True, False}


def test_neither_code_nor_contact_is_readable_in_the_database(app):
    handle = operations.ask_code(SIGN_IN, PHONE, HERE, language="vi")
    row = db.session.scalars(select(OneTimeCode)).one()
    queued = json.dumps(db.session.scalars(select(Job.event)).one())
    jobs.work(once=True)
    code = code_sent_to(PHONE)
    db.session.refresh(row)
    assert row.sealed == "", "what was sent is forgotten"
    texts = [str(value) for value in vars(row).values()] + [queued]
    assert not any("912345678" in text or code in text for text in texts)
    assert db.session.scalars(select(Message)).all() == []
    assert handle == row.handle


def test_the_sender_repeats_under_the_same_name_and_only_what_is_still_wanted(app, caplog):
    _ask()
    sent = config.current().data_dir / "outbox" / f"sms-code-{_code_id()}.txt"
    assert sent.exists(), "named after its key: a repeat is recognised"
    operations.ask_code(SIGN_IN, PHONE, HERE, language="vi")
    late = sent.with_name(f"sms-code-{_code_id()}.txt")
    late.unlink(missing_ok=True)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        jobs.work(once=True)
    assert not late.exists()
    assert "912345678" not in caplog.text


def _code_id() -> int:
    return db.session.scalar(select(OneTimeCode.id).order_by(OneTimeCode.id.desc()))


def test_a_phone_gets_four_codes_in_a_quarter_of_an_hour_and_ten_a_day(app):
    for _ in range(4):
        operations.ask_code(SIGN_IN, PHONE, HERE, language="vi")
    with pytest.raises(TooManyAttempts):
        operations.ask_code(CodePurpose.NEW_PASSWORD, PHONE, "192.0.2.2", language="vi")
    asked = 4
    for quarter in range(1, 5):
        with time_machine.travel(clock.now() + timedelta(minutes=17 * quarter)):
            for _ in range(3):
                try:
                    operations.ask_code(SIGN_IN, PHONE, f"192.0.2.{quarter}", language="vi")
                except TooManyAttempts:
                    break
                asked += 1
    assert asked == 10


def test_a_stranger_who_asks_all_day_leaves_codes_for_the_owner(app):
    stranger, sent = "192.0.2.66", 0
    for quarter in range(1, 40):
        with time_machine.travel(clock.now() + timedelta(minutes=16 * quarter)):
            try:
                operations.ask_code(SIGN_IN, PHONE, stranger, language="vi")
            except TooManyAttempts:
                continue
            sent += 1
    assert sent == 6
    with time_machine.travel(clock.now() + timedelta(minutes=16 * 40)):
        assert operations.ask_code(SIGN_IN, PHONE, HERE, language="vi")


def test_one_address_does_not_send_texts_to_the_whole_city(app, monkeypatch):
    monkeypatch.setattr("app.accounts.operations.codes.FROM_ONE_ADDRESS_A_DAY", 3)
    for n in range(3):
        with time_machine.travel(clock.now() + timedelta(hours=n)):
            contact = Contact.read(f"09123456{n:02}")
            operations.ask_code(SIGN_IN, contact, HERE, language="vi")
    with time_machine.travel(clock.now() + timedelta(hours=4)), pytest.raises(TooManyAttempts):
        operations.ask_code(SIGN_IN, MAILBOX, HERE, language="vi")


def test_one_address_asks_for_thirty_codes_in_a_quarter_of_an_hour(app):
    for n in range(30):
        contact = Contact.read(f"09123456{n:02}")
        operations.ask_code(SIGN_IN, contact, HERE, language="vi")
    with pytest.raises(TooManyAttempts):
        operations.ask_code(SIGN_IN, MAILBOX, HERE, language="vi")


def test_old_codes_are_forgotten_when_a_day_begins(app):
    _ask()
    with time_machine.travel(clock.now() + timedelta(days=1)):
        forget_old(DayBegan(clock.today().isoformat()))
    assert db.session.scalars(select(OneTimeCode)).all() == []
