"""What is due, who pays less, and what staff record."""

import pytest
from sqlalchemy import select

from app.catalogue.fees import FeeGroup
from app.catalogue.operations import add_fee_group, remove_fee_group
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import Bilingual
from app.enrolment import operations, payments
from app.enrolment.models import FeeStatus
from tests.factories import AccountFactory, PersonFactory, RunFactory


@pytest.fixture
def by(app):
    return AccountFactory().id


def enrol(run, **asked):
    return operations.enrol(PersonFactory().id, run.id, **asked)


def poor(run, fee=0, **odd):
    group = FeeGroup(code="", name=Bilingual("Hộ nghèo", "Poor household"), fee=fee, **odd)
    return add_fee_group(run.id, group).code


def code_of(call):
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def logged(action):
    kept = select(AuditEntry).where(AuditEntry.action == action)
    return db.session.scalars(kept.order_by(AuditEntry.id)).all()


def test_a_free_class_owes_nothing(app):
    place = enrol(RunFactory())
    assert (place.fee, place.fee_status) == (0, FeeStatus.FREE)
    assert code_of(lambda: operations.mark_paid(place.id, None)) == "nothing_due"


def test_the_fee_is_that_of_the_group_and_stays_as_agreed(app):
    run = RunFactory(fee=500_000)
    code = poor(run, 100_000)
    place, other = enrol(run, fee_group=code), enrol(run)
    assert (place.fee, place.fee_group, place.fee_status) == (100_000, code, FeeStatus.DUE)
    assert (other.fee, other.fee_group) == (500_000, "")
    assert (place.terms["fee"], place.terms["fee_group"]) == (100_000, code)
    remove_fee_group(run.id, code)
    run.fee = 900_000
    db.session.commit()
    assert place.fee == 100_000
    assert code_of(lambda: enrol(run, fee_group=code)) == "wrong_fee_group"


def test_a_group_that_pays_nothing_is_free(app):
    run = RunFactory(fee=500_000)
    assert enrol(run, fee_group=poor(run)).fee_status is FeeStatus.FREE


def test_staff_record_that_it_was_paid_once(by):
    place = enrol(RunFactory(fee=5))
    operations.mark_paid(place.id, by)
    settled = operations.mark_paid(place.id, by)
    assert (settled.fee_status, settled.fee_settled_by_id) == (FeeStatus.PAID, by)
    assert len(logged("enrolment.fee_paid")) == 1
    assert code_of(lambda: operations.waive(place.id, by, "late")) == "nothing_due"


def test_nobody_waives_what_they_owe_themselves(app):
    account = AccountFactory(person=PersonFactory())
    place = operations.enrol(account.person_id, RunFactory(fee=500_000).id)
    assert code_of(lambda: operations.waive(place.id, account.id, "I teach here")) == "own_fee"
    db.session.expire_all()
    assert (place.fee_status, place.fee_reason) == (FeeStatus.DUE, "")


def test_a_waiver_has_a_reason_that_is_kept(by):
    place = enrol(RunFactory(fee=5))
    assert code_of(lambda: operations.waive(place.id, by, "  ")) == "reason_needed"
    operations.waive(place.id, by, "Flood in the ward")
    assert (place.fee_status, place.fee_reason) == (FeeStatus.WAIVED, "Flood in the ward")
    (entry,) = logged("enrolment.fee_waived")
    assert entry.reason == "Flood in the ward"


def test_a_mistake_is_put_right(by):
    place = enrol(RunFactory(fee=5))
    operations.mark_paid(place.id, by)
    operations.reopen_fee(place.id, by, "Wrong person")
    assert (place.fee_status, place.fee_settled_at) == (FeeStatus.DUE, None)


def test_the_paper_was_seen_once_and_no_copy_is_kept(by):
    run = RunFactory(fee=5)
    place = enrol(run, fee_group=poor(run, needs_document=True))
    first = operations.see_document(place.id, by).document_seen_at
    assert operations.see_document(place.id, by).document_seen_at == first
    assert len(logged("enrolment.document_seen")) == 1


def test_staff_change_the_group_for_a_reason(by):
    run = RunFactory(fee=500_000)
    code = poor(run, 100_000)
    place = enrol(run, fee_group=code)
    operations.mark_paid(place.id, by)
    assert code_of(lambda: operations.change_fee_group(place.id, "", by, "")) == "reason_needed"
    operations.change_fee_group(place.id, "", by, "No paper")
    assert (place.fee, place.fee_group, place.fee_status) == (500_000, "", FeeStatus.DUE)
    assert place.terms["fee"] == 500_000


def test_what_was_paid_goes_along_where_the_fee_is_the_same(by):
    here = RunFactory(fee=500_000)
    same, dearer = (RunFactory(course=here.course, fee=fee) for fee in (500_000, 700_000))
    place = enrol(here)
    operations.mark_paid(place.id, by)
    moved = operations.transfer(place.id, same.id)
    assert (moved.fee, moved.fee_status) == (500_000, FeeStatus.PAID)
    again = operations.transfer(moved.id, dearer.id)
    assert (again.fee, again.fee_status) == (700_000, FeeStatus.DUE)
    assert again.terms["fee"] == 700_000


class Wallet:
    """Says of every bill where it is paid, and of every message that it was."""

    code = "wallet"
    name = Bilingual("Ví thử", "Test wallet")

    def begin(self, bill):
        return f"https://wallet.example/{bill.place_code}?dong={bill.dong}"

    def read(self, message):
        return payments.Receipt(message["place"], int(message["dong"]), message["number"])


@pytest.fixture
def wallet():
    provider = Wallet()
    payments.register(provider)
    yield provider
    payments.unregister(provider.code)


def test_a_payment_provider_can_be_added_behind_one_interface(app, wallet):
    place = enrol(RunFactory(fee=5))
    assert payments.begin("wallet", place) == f"https://wallet.example/{place.code}?dong=5"
    message = {"place": place.code, "dong": "5", "number": "A-1"}
    assert payments.settle("wallet", message).fee_status is FeeStatus.PAID
    payments.settle("wallet", message)
    (entry,) = logged("enrolment.fee_paid")
    assert entry.details["receipt"] == "A-1"


def test_a_payment_of_another_sum_settles_nothing(app, wallet):
    place = enrol(RunFactory(fee=5))
    message = {"place": place.code, "dong": "4", "number": "A-1"}
    assert code_of(lambda: payments.settle("wallet", message)) == "wrong_sum"
    assert place.fee_status is FeeStatus.DUE


def test_none_is_built_in():
    assert payments.providers() == []
