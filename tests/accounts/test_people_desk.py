"""What administrators do at the desk for one person: find, group, help, and reach anew."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import operations, queries
from app.accounts.contacts import Contact
from app.accounts.errors import (
    AccountClosed,
    AccountExists,
    EndsBeforeItBegins,
    GroupEnded,
    NotGrownUp,
    RoleInTheWay,
    SameContact,
    SignInFailed,
    WrongCode,
)
from app.accounts.models import (
    Account,
    Assurance,
    Bond,
    ExternalIdentity,
    GroupsAnswer,
    Guardianship,
    LoginSession,
    PersonGroup,
    PriorityGroup,
    SecondFactor,
)
from app.accounts.operations import Guest, person_for_guest
from app.core import clock, jobs
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.notices.models import Message
from tests.accounts.people import make_person
from tests.client import PASSWORD
from tests.codes import code_sent_to
from tests.factories import (
    AccountFactory,
    GrantFactory,
    PersonFactory,
    ResidenceFactory,
    StaffFactory,
)

HERE, WHY = "192.0.2.1", "Đã xem thẻ căn cước"
OLD, NEW = Contact.read("0912 345 678"), Contact.read("0987 654 321")
MAILBOX = Contact.read("hoa@example.org")
NAME = "Nguyễn Thị Hoà"
STANDARD = "QĐ 12/2026"


@pytest.fixture
def clerk(app) -> Account:
    return GrantFactory().account


@pytest.fixture
def desk(app, clerk):
    """The browser of an administrator."""
    return app.test_client().sign_in(clerk)


@pytest.fixture
def hoa(app) -> Account:
    person = person_for_guest(Guest(full_name=NAME, born_in=1960, phone=OLD.value))
    return AccountFactory(
        person_id=person.id, email=None, phone=OLD.value, phone_proven_at=clock.now(),
        assurance=Assurance.CONTACT,
    )  # fmt: skip


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    kept = select(AuditEntry).where(AuditEntry.action == action)
    return list(db.session.scalars(kept.order_by(AuditEntry.id)))


def of_person(person, page: str = "") -> str:
    return f"/vi/staff/people/{person.id}{page}"


def replace(account, new, clerk) -> None:
    operations.replace_contact(account.id, new, clerk.id, WHY)


def code_opens(contact) -> int | None:
    """The account a code to this contact opens."""
    handle = operations.ask_to_sign_in(contact, HERE, "vi")
    code = code_sent_to(contact)
    token = operations.sign_in_with_code(contact, handle, code, HERE, "")
    return queries.account_of_session(token).id if token else None


def test_people_are_found_by_phone_or_name_and_nothing_of_them_stands_in_an_address(desk):
    home = ResidenceFactory(person=make_person(NAME, OLD.value))
    make_person("Nguyễn Văn Khác", NEW.value)
    url = "/vi/staff/people"
    for fields in ({"phone": "0912.345.678"}, {"full_name": "nguyễn thị hòa"}):
        page = desk.send(url, fields, status=200).get_data(as_text=True)
        assert NAME in page
        assert home.unit.full_name.text() in page
        assert "…678" in page
        assert "Nguyễn Văn Khác" not in page
        assert "345 678</td>" not in page
    assert [entry.person_id for entry in entries("person.searched")] == [home.person_id] * 2
    assert desk.send(url, {"full_name": "Không Có Ai"}, status=200)
    desk.send(url, {"full_name": "  "}, status=422)
    by_address = desk.page(f"{url}?phone=0912345678&full_name={NAME}")
    assert f"/people/{home.person_id}" not in str(by_address)
    assert not [form for form in by_address.select("main form") if form["method"] != "post"]


def test_at_most_fifty_are_shown_and_neither_erased_nor_merged_rows(desk):
    kept = make_person(NAME, OLD.value)
    make_person(NAME, OLD.value, merged_into_id=kept.id)
    make_person(NAME, OLD.value, erased_at=clock.now())
    found = desk.send("/vi/staff/people", {"full_name": NAME}, status=200).get_data(as_text=True)
    assert found.count("/staff/people/") == 1
    for _each in range(50):
        make_person(NAME, OLD.value)
    found = desk.send("/vi/staff/people", {"phone": OLD.value}, status=200).get_data(as_text=True)
    assert found.count("/staff/people/") == 50


def test_one_person_is_shown_and_the_look_is_kept(desk, hoa, clerk):
    operations.record_group(
        hoa.person_id, PriorityGroup.POOR, date(2026, 1, 1), None, standard=STANDARD, by_id=clerk.id
    )
    elder = PersonFactory()
    operations.record_helper(hoa.person_id, elder.id, clerk.id)
    page = desk.page(of_person(hoa.person)).select_one("main").text
    shown = (NAME, "1960", "0912 345 678", STANDARD, "01/01/2026", clerk.display_name)
    for text in (*shown, elder.full_name, "Hộ nghèo"):
        assert text in page
    assert NAME in desk.page(of_person(elder)).select_one("main").text
    assert {entry.person_id for entry in entries("data.seen")} == {hoa.person_id, elder.id}


def test_a_merged_row_leads_to_the_one_it_became_and_an_erased_one_is_not_there(desk):
    kept = PersonFactory()
    merged = PersonFactory(merged_into_id=kept.id)
    erased = PersonFactory(erased_at=clock.now())
    answer = desk.get(of_person(merged))
    assert (answer.status_code, answer.location) == (303, of_person(kept))
    for gone in (of_person(erased), "/vi/staff/people/999999", of_person(kept, "/contact")):
        assert desk.get(gone).status_code == 404


def test_a_group_is_recorded_with_its_standard_and_ended(desk):
    person = PersonFactory()
    url, fields = of_person(person, "/groups/new"), {"group": "poor", "valid_from": "01/02/2026"}
    desk.send(url, fields, status=422)
    desk.send(url, {**fields, "standard": "   "}, status=422)
    ends_first = {"standard": STANDARD, "valid_to": "01/01/2026"}
    desk.send(url, {**fields, **ends_first}, status=422)
    desk.send(url, {**fields, "standard": STANDARD})
    (row,) = queries.groups(person.id)
    assert (row.group, row.valid_from, row.standard) == (
        PriorityGroup.POOR, date(2026, 2, 1), STANDARD,
    )  # fmt: skip
    twice = desk.send(url, {**fields, "standard": STANDARD}, status=422).get_data(as_text=True)
    assert "đã được ghi" in twice
    end = desk.page(of_person(person)).select_one("a[href$='/end']")["href"]
    desk.send(end, {"valid_to": "31/01/2026"}, status=422)
    desk.send(end, {"valid_to": "30/06/2026"})
    assert [row.valid_to for row in queries.groups(person.id)] == [date(2026, 6, 30)]
    assert [entry.person_id for entry in entries("person.group_ended")] == [person.id]


def test_a_recorded_group_ends_once_and_not_before_it_began(clerk):
    person, first = PersonFactory(), date(2026, 3, 1)
    row = operations.record_group(
        person.id, PriorityGroup.POLICY, first, None, standard=STANDARD, by_id=clerk.id
    )
    with pytest.raises(EndsBeforeItBegins):
        operations.end_group(row.id, first - timedelta(days=1), clerk.id)
    operations.end_group(row.id, first + timedelta(days=9), clerk.id)
    with pytest.raises(GroupEnded):
        operations.end_group(row.id, first + timedelta(days=20), clerk.id)
    operations.end_group(row.id, first, clerk.id)
    assert queries.groups(person.id)[0].valid_to == first
    assert len(entries("person.group_ended")) == 2


def test_whoever_declined_is_not_recorded_and_own_words_are_not_ended_by_staff(desk):
    silent, talking = PersonFactory(groups_answer=GroupsAnswer.DECLINED), PersonFactory()
    fields = {"group": "poor", "valid_from": "01/02/2026", "standard": STANDARD}
    assert desk.page(of_person(silent)).select("a[href$='/groups/new']") == []
    answer = desk.send(of_person(silent, "/groups/new"), fields, status=422)
    assert "không muốn" in answer.get_data(as_text=True)
    own = PersonGroup(person_id=talking.id, group=PriorityGroup.POOR, valid_from=date(2026, 1, 1))
    db.session.add(own)
    db.session.commit()
    end = of_person(talking, f"/groups/{own.id}/end")
    assert desk.get(end).status_code == 404
    assert desk.get(of_person(silent, f"/groups/{own.id}/end")).status_code == 404


def test_a_helper_who_signed_at_the_desk_may_act_from_now_on(desk, hoa):
    elder = PersonFactory(born_on=date(1940, 1, 1))
    url = of_person(elder, "/helpers/new")
    desk.send(url, {"phone": OLD.value}, status=422)
    unknown = desk.send(url, {"phone": NEW.value, "signed": "y"}, status=422)
    assert "đăng nhập bằng mã" in unknown.get_data(as_text=True)
    assert not queries.acts_for(hoa.person_id, elder.id)
    desk.send(url, {"phone": OLD.value, "signed": "y"})
    assert queries.acts_for(hoa.person_id, elder.id)
    assert entries("family.agreed")[0].details == {"way": "paper"}
    desk.send(url, {"phone": OLD.value, "signed": "y"}, status=422)
    desk.send(
        of_person(hoa.person, "/helpers/new"), {"phone": OLD.value, "signed": "y"}, status=422
    )


def test_an_unproven_phone_makes_nobody_a_helper_and_a_child_has_parents(desk, hoa, clerk):
    hoa.phone_proven_at = None
    db.session.commit()
    elder, child = PersonFactory(), PersonFactory(born_on=clock.today() - timedelta(days=3000))
    fields = {"phone": OLD.value, "signed": "y"}
    desk.send(of_person(elder, "/helpers/new"), fields, status=422)
    with pytest.raises(NotGrownUp):
        operations.record_helper(hoa.person_id, child.id, clerk.id)
    bonds = select(func.count()).select_from(Guardianship).where(Guardianship.bond == Bond.HELPER)
    assert db.session.scalar(bonds) == 0


def test_a_code_to_the_new_phone_opens_the_account_and_none_to_the_lost_one(hoa, clerk):
    browser = operations.sign_in(OLD.value, PASSWORD, HERE)
    handle = operations.ask_to_sign_in(OLD, HERE, "vi")
    under_way = code_sent_to(OLD)
    replace(hoa, NEW, clerk)
    db.session.refresh(hoa)
    assert (hoa.phone, hoa.phone_proven_at, hoa.person.phone) == (NEW.value, None, NEW.value)
    assert hoa.assurance is Assurance.DESK
    assert queries.account_of_session(browser) is None
    assert queries.reached_by(OLD) is None
    with pytest.raises(WrongCode):
        operations.sign_in_with_code(OLD, handle, under_way, HERE, "")
    with pytest.raises(SignInFailed):
        operations.sign_in(OLD.value, PASSWORD, HERE)
    assert code_opens(NEW) == hoa.id
    db.session.refresh(hoa)
    assert hoa.phone_proven_at is not None
    again = Guest(full_name="nguyễn thị hòa", born_in=1960, phone=NEW.value)
    assert person_for_guest(again).id == hoa.person_id


def test_both_contacts_hear_of_it_and_the_log_says_who_and_why(hoa, clerk):
    hoa.email, hoa.email_proven_at = MAILBOX.value, clock.now()
    db.session.commit()
    replace(hoa, NEW, clerk)
    jobs.work(once=True)
    told = {message.to: message.body for message in db.session.scalars(select(Message))}
    assert set(told) == {OLD.value, MAILBOX.value}
    assert NEW.value not in "".join(told.values())
    (entry,) = entries("account.contact_replaced")
    assert (entry.account_id, entry.person_id, entry.reason) == (clerk.id, hoa.person_id, WHY)
    assert entry.details == {"kind_of_contact": "phone"}
    assert hoa.email_proven_at is not None


def test_the_only_contact_is_replaced_by_one_of_the_other_kind(hoa, clerk):
    child = operations.add_child(
        hoa.person_id, operations.Child(full_name="Bé Na", born_in=2018), Bond.PARENT, hoa.id
    ).dependant
    assert child.phone == OLD.value
    replace(hoa, MAILBOX, clerk)
    db.session.refresh(hoa)
    assert child.phone is None
    assert (hoa.phone, hoa.email, hoa.email_proven_at) == (None, MAILBOX.value, None)
    assert (hoa.person.phone, hoa.person.email) == (None, MAILBOX.value)
    assert code_opens(MAILBOX) == hoa.id


def test_what_nobody_ever_proved_does_not_become_a_way_in(hoa, clerk):
    hoa.email = MAILBOX.value
    db.session.commit()
    replace(hoa, NEW, clerk)
    db.session.refresh(hoa)
    assert hoa.email is None
    assert queries.reached_by(MAILBOX) is None
    replace(hoa, MAILBOX, clerk)
    assert queries.reached_by(NEW) is None


def test_both_contacts_can_be_replaced_one_after_the_other(hoa, clerk):
    hoa.email, hoa.email_proven_at = MAILBOX.value, clock.now()
    db.session.commit()
    other = Contact.read("moi@example.org")
    replace(hoa, NEW, clerk)
    replace(hoa, other, clerk)
    assert queries.reached_by(NEW) == queries.reached_by(other) == hoa.id


@pytest.mark.parametrize("before", list(Assurance))
def test_the_assurance_is_raised_to_the_desk_s_and_never_lowered(hoa, clerk, before):
    hoa.assurance = before
    db.session.commit()
    replace(hoa, NEW, clerk)
    db.session.refresh(hoa)
    expected = Assurance.ELECTRONIC if before is Assurance.ELECTRONIC else Assurance.DESK
    assert hoa.assurance is expected
    assert queries.reached_by(NEW) == hoa.id


def test_the_second_factor_stays(hoa, clerk):
    db.session.add(SecondFactor(account_id=hoa.id, sealed_secret="x", confirmed_at=clock.now()))
    db.session.commit()
    replace(hoa, NEW, clerk)
    assert db.session.get(SecondFactor, hoa.id).confirmed_at is not None


def test_an_account_with_an_identity_elsewhere_is_still_opened_by_that_alone(hoa, clerk):
    hoa.assurance = Assurance.ELECTRONIC
    db.session.add(
        ExternalIdentity(
            account_id=hoa.id, issuer="https://id.example", subject="1",
            assurance=Assurance.ELECTRONIC,
        )
    )  # fmt: skip
    db.session.commit()
    replace(hoa, NEW, clerk)
    assert queries.reached_by(NEW) is None


def test_refused_for_roles_for_closed_accounts_and_for_contacts_in_use(hoa, clerk):
    AccountFactory(email=None, phone=NEW.value)
    teacher, officer = StaffFactory().account, GrantFactory().account
    for account, new, refusal in (
        (hoa, NEW, AccountExists), (hoa, OLD, SameContact),
        (teacher, MAILBOX, RoleInTheWay), (officer, MAILBOX, RoleInTheWay),
    ):  # fmt: skip
        with pytest.raises(refusal):
            replace(account, new, clerk)
    hoa.is_active = False
    db.session.commit()
    with pytest.raises(AccountClosed):
        replace(hoa, MAILBOX, clerk)
    db.session.refresh(hoa)
    assert (hoa.phone, hoa.assurance) == (OLD.value, Assurance.CONTACT)
    assert entries("account.contact_replaced") == []


def test_the_desk_replaces_a_lost_phone_on_its_page(desk, hoa):
    url = of_person(hoa.person, "/contact")
    desk.send(url, {"name": "0987 654 321"}, status=422)
    desk.send(url, {"name": "0987 654 321", "reason": "  "}, status=422)
    desk.send(url, {"name": "12", "reason": WHY}, status=422)
    answer = desk.send(url, {"name": "0987 654 321", "reason": WHY})
    assert answer.location == of_person(hoa.person)
    assert "0987 654 321" in desk.page(of_person(hoa.person)).text


def test_the_page_for_an_account_with_a_role_says_what_to_do_instead(desk, clerk):
    clerk.person_id = PersonFactory().id
    db.session.commit()
    page = desk.page(f"/vi/staff/people/{clerk.person_id}/contact").select_one("main")
    assert page.select("form") == []
    assert page.select(f"a[href='/vi/staff/accounts/{clerk.id}']")


def test_replacing_asks_for_proof_of_who_is_at_the_desk(desk, hoa):
    with transaction() as session:
        session.query(LoginSession).update({"confirmed_at": None})
    answer = desk.get(of_person(hoa.person, "/contact"))
    assert answer.status_code == 303
    assert "/sign-in/confirm" in answer.location
