"""Whoever fills in a return hears that it was sent back."""

from dataclasses import asdict
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.indicators.models import Party
from app.indicators.operations import returns as operations
from app.indicators.operations.returns import ReturnFields
from app.indicators.queries import returns as queries
from app.indicators.returns.events import ReturnSentBack
from app.notices.models import Message
from app.notices.return_jobs import tell_what_to_put_right
from tests.factories import (
    AccountFactory,
    GrantFactory,
    ProviderFactory,
    StaffFactory,
    WardFactory,
)

H1 = "2026-H1"
REMARK = "Số người ít hơn sổ điểm danh"


@pytest.fixture
def opened(app):
    by = GrantFactory(city_role="statistician").account_id
    return operations.open_period(H1, None, date(2026, 7, 15), by)


def sent_back(opened, party, remark=REMARK):
    by = AccountFactory().id
    before = queries.of(opened.id, party)
    draft = operations.save_draft(
        opened.id, party, ReturnFields(), before.version if before else 0, by
    )
    figures = {"persons": 3, "attendances": 9}
    certified = operations.certify(opened.id, party, figures, draft.version, by)
    return operations.send_back(certified.id, remark, certified.version, by)


def messages():
    db.session.rollback()
    return list(db.session.scalars(select(Message).order_by(Message.to)))


def member(provider, role, email, language="vi", **account):
    account = AccountFactory(email=email, language=language, **account)
    return StaffFactory(provider=provider, role=role, account=account)


def test_those_who_may_fill_it_in_get_a_letter_in_their_language(opened, run_jobs):
    provider = ProviderFactory(name_vi="Trung tâm Văn hóa", name_en="Culture Centre")
    member(provider, ProviderRole.OWNER, "a@vd.vn")
    member(provider, ProviderRole.EDITOR, "b@vd.vn", "en")
    member(provider, ProviderRole.TEACHER, "c@vd.vn")
    member(provider, ProviderRole.EDITOR, "d@vd.vn", is_active=False)
    gone = member(provider, ProviderRole.EDITOR, "e@vd.vn")
    gone.expires_on = clock.today() - timedelta(days=1)
    StaffFactory(role=ProviderRole.OWNER)
    db.session.commit()
    sent_back(opened, Party(provider_id=provider.id))
    run_jobs()
    vi, en = messages()
    assert (vi.to, en.to) == ("a@vd.vn", "b@vd.vn")
    assert vi.sent_at
    for text in (
        "Trung tâm Văn hóa",
        "6 tháng đầu năm 2026",
        REMARK,
        f"/vi/provider/{provider.slug}/returns/{H1}",
    ):
        assert text in vi.body
    assert "The return of Culture Centre was sent back" in en.body
    assert f"/en/provider/{provider.slug}/returns/{H1}" in en.body


def test_the_officers_of_a_commune_hear_of_its_own_return(opened, run_jobs):
    ward = WardFactory(code="26734")
    officer = GrantFactory(city_role=None, commune=ward, account__email="can.bo@vd.vn")
    GrantFactory(city_role=None, commune=WardFactory(code="26740"))
    sent_back(opened, Party(unit_id=ward.id))
    run_jobs()
    (letter,) = messages()
    assert letter.to == officer.account.email
    assert f"/vi/commune/26734/returns/{H1}/own" in letter.body


def test_each_time_is_told_once_and_nothing_that_was_put_right_meanwhile(opened, run_jobs):
    provider = ProviderFactory()
    member(provider, ProviderRole.OWNER, "a@vd.vn")
    party, by = Party(provider_id=provider.id), AccountFactory().id
    found = sent_back(opened, party)
    event = ReturnSentBack(found.id, found.checked_at.isoformat())
    operations.certify(opened.id, party, {"persons": 3}, found.version, by)
    run_jobs()
    assert messages() == []
    certified = queries.of(opened.id, party)
    operations.send_back(certified.id, "Lần hai", certified.version, by)
    run_jobs()
    tell_what_to_put_right(ReturnSentBack(**asdict(event)))
    run_jobs()
    (letter,) = messages()
    assert "Lần hai" in letter.body
    operations.close_period(opened.id, by)
    run_jobs()
    assert len(messages()) == 1
