"""Another phone or mailbox: proved on both sides, and the old one hears of it."""

import pytest
from sqlalchemy import select

from app.accounts import operations, queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import ContactUnusable, WrongCode
from app.accounts.models import Account
from app.accounts.operations import Guest, person_for_guest
from app.core import clock, jobs
from app.core.db import db, transaction
from app.notices.models import Message
from tests.client import PASSWORD
from tests.codes import code_sent_to
from tests.factories import AccountFactory

HERE = "192.0.2.1"
OLD, NEW = Contact.read("0912 345 678"), Contact.read("0987 654 321")
MAILBOX = Contact.read("hoa@example.org")


@pytest.fixture
def hoa(app) -> Account:
    person = person_for_guest(Guest(full_name="Nguyễn Thị Hoà", born_in=1960, phone=OLD.value))
    return AccountFactory(
        person_id=person.id, email=None, phone=OLD.value, phone_proven_at=clock.now()
    )


def _change(account, new, *, old=OLD, code=None, token="") -> None:
    first, second, asked = operations.ask_to_change(account, new, HERE, "vi")
    assert asked == old
    codes = {first: code_sent_to(new)}
    if asked:
        codes[second] = code or code_sent_to(asked)
    operations.change_contact(account.id, new, codes, HERE, token)


def test_both_codes_change_the_phone_end_other_sessions_and_tell_the_old_one(hoa):
    here = operations.sign_in(OLD.value, PASSWORD, HERE)
    other = operations.sign_in(OLD.value, PASSWORD, HERE)
    _change(hoa, NEW, token=here)
    assert (hoa.phone, hoa.person.phone) == (NEW.value, NEW.value)
    assert queries.account_of_session(here) is hoa
    assert queries.account_of_session(other) is None
    jobs.work(once=True)
    told = db.session.scalars(select(Message)).one()
    assert told.to == OLD.value
    assert told.sent_at is not None


def test_the_next_place_with_the_new_phone_is_the_same_persons(hoa):
    _change(hoa, NEW)
    again = Guest(full_name="nguyễn thị hòa", born_in=1960, phone=NEW.value)
    assert person_for_guest(again).id == hoa.person_id


@pytest.mark.parametrize("which", ["new", "old"])
def test_one_code_of_two_changes_nothing(hoa, which):
    first, second, _ = operations.ask_to_change(hoa, NEW, HERE, "vi")
    right = {first: code_sent_to(NEW), second: code_sent_to(OLD)}
    for codes in (
        {**right, (first if which == "new" else second): "000000"},
        {handle: code for handle, code in right.items() if handle == first},
    ):
        with pytest.raises(WrongCode):
            operations.change_contact(hoa.id, NEW, codes, HERE, "")
    db.session.refresh(hoa)
    assert hoa.phone == OLD.value


def test_a_mailbox_is_added_with_the_word_of_the_phone(hoa):
    _change(hoa, MAILBOX)
    assert (hoa.phone, hoa.email) == (OLD.value, MAILBOX.value)
    assert operations.contact_to_ask(hoa, ContactKind.EMAIL) == MAILBOX
    jobs.work(once=True)
    assert db.session.scalars(select(Message)).all() == [], "nothing was replaced"


def test_a_contact_somebody_wrote_down_is_proved_by_its_own_code(app):
    staff = AccountFactory(email=MAILBOX.value)
    _change(staff, MAILBOX, old=None)
    assert queries.reached_by(MAILBOX) == staff.id


def test_codes_of_one_account_change_no_other(hoa):
    other = AccountFactory(phone="+84909000111", phone_proven_at=clock.now())
    first, second, _ = operations.ask_to_change(hoa, NEW, HERE, "vi")
    codes = {first: code_sent_to(NEW), second: code_sent_to(OLD)}
    with pytest.raises(WrongCode):
        operations.change_contact(other.id, NEW, codes, HERE, "")


def test_a_contact_of_another_account_is_asked_for_alike_and_refused_at_the_end(hoa):
    with transaction() as session:
        taken = Account(display_name="Lan", phone=NEW.value, phone_proven_at=clock.now())
        session.add(taken)
    with pytest.raises(ContactUnusable):
        _change(hoa, NEW)
    db.session.refresh(hoa)
    assert hoa.phone == OLD.value


def test_the_page_leads_through_a_change(client, hoa):
    code = {"name": OLD.value, "how": "code"}
    client.send("/vi/sign-in", code)
    client.send("/vi/sign-in/code", {"code": code_sent_to(OLD)})
    assert "0912 345 678" in client.page("/vi/me/contact").text
    client.send("/vi/me/contact/email", {"name": NEW.value}, status=422)
    client.send("/vi/me/contact/phone", {"name": NEW.value})
    typed = {"code": code_sent_to(NEW), "old_code": code_sent_to(OLD)}
    client.send("/vi/me/contact/codes", {**typed, "old_code": "000000"}, status=422)
    client.send("/vi/me/contact/codes", typed)
    assert "0987 654 321" in client.page("/vi/me/contact").text
