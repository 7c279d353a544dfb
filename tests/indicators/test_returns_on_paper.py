"""Returns that an office certifies from paper, and periods that are opened again."""

import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.core import clock, config
from app.core.access import ProviderRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.indicators.errors import (
    NotClosed,
    NotToday,
    ReportFrozen,
    SayWhoSigned,
    SayWhy,
    SignedTooEarly,
)
from app.indicators.models import Party, Report, ReturnState
from app.indicators.operations import returns as operations
from app.indicators.operations.returns import Paper, ReturnFields
from app.indicators.queries import reporting
from app.indicators.queries import returns as queries
from app.indicators.queries.reporting import Asked
from app.participation import operations as participation
from app.participation import store
from tests.factories import GrantFactory, ProviderFactory, StaffFactory, WardFactory

H1 = "2026-H1"
FIGURES = {"persons": 12, "attendances": 30, "sessions": 3}
PAPER = Paper("Trần Văn Bảy, giám đốc", date(2026, 7, 10))


@pytest.fixture
def by(app) -> int:
    return GrantFactory(city_role="statistician").account_id


@pytest.fixture
def opened(by):
    return operations.open_period(H1, None, date(2026, 7, 15), by)


@pytest.fixture
def count(app):
    """Counts what there is; the files go with the test."""

    def write():
        participation.rebuild()
        store.refresh(store.folder(config.current()))

    yield write
    shutil.rmtree(store.folder(config.current()), ignore_errors=True)


def on_paper(opened, party, by, paper=PAPER):
    draft = operations.save_draft(opened.id, party, ReturnFields(), 0, by)
    return operations.certify(opened.id, party, FIGURES, draft.version, by, paper=paper)


def actions():
    found = select(AuditEntry.action).where(
        AuditEntry.object_kind.in_(("return", "reporting_period"))
    )
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def keep_report():
    db.session.add(
        Report(
            period=H1, revision=1, cut_off=clock.now(), facts_digest="0" * 64, software="1",
            content="{}", digest="0" * 64,
        )
    )  # fmt: skip
    db.session.commit()


def test_a_return_on_paper_keeps_who_signed_and_stands_on_the_board(opened, by):
    provider, other = ProviderFactory(), ProviderFactory()
    on_paper(opened, Party(provider_id=provider.id), by)
    found = queries.of(opened.id, Party(provider_id=provider.id))
    assert (found.signed_by, found.signed_on) == (PAPER.signed_by, PAPER.signed_on)
    assert found.is_on_paper
    assert actions()[-1] == "return.certified_on_paper"
    (line,) = reporting.lines(opened, Asked(state="on_paper"))
    assert line.key == provider.slug
    assert {each.key for each in reporting.lines(opened, Asked())} == {provider.slug, other.slug}


def test_a_return_certified_by_its_provider_afterwards_is_not_on_paper(opened, by):
    party = Party(provider_id=ProviderFactory().id)
    found = on_paper(opened, party, by)
    operations.send_back(found.id, "Thiếu trang 2", found.version, by)
    assert not found.is_on_paper
    operations.certify(opened.id, party, FIGURES, found.version, by)
    db.session.expire_all()
    found = queries.of(opened.id, party)
    assert (found.signed_by, found.signed_on, found.is_on_paper) == ("", None, False)


def test_a_paper_without_a_name_of_tomorrow_or_of_before_the_period_certifies_nothing(opened, by):
    party = Party(provider_id=ProviderFactory().id)
    tomorrow = clock.today() + timedelta(days=1)
    for paper, refusal in (
        (Paper(" ", tomorrow), SayWhoSigned),
        (Paper("Bảy", tomorrow), NotToday),
        (Paper("Bảy", date(2025, 12, 31)), SignedTooEarly),
    ):
        seen = queries.of(opened.id, party)
        with pytest.raises(refusal):
            operations.certify_nil(
                opened.id, party, {}, seen.version if seen else 0, by, paper=paper
            )
        db.session.rollback()
    assert queries.of(opened.id, party) is None


def test_an_officer_certifies_for_a_provider_from_paper(client, count, opened):
    ward = WardFactory(code="26734")
    provider = ProviderFactory(unit=ward)
    ProviderFactory(unit=WardFactory(code="26740"), slug="noi-khac")
    count()
    client.sign_in(GrantFactory(city_role=None, commune=ward).account)
    period = f"/vi/commune/26734/returns/{H1}"
    here = f"{period}/providers/{provider.slug}"
    assert client.page(here).select_one(f"a[href='{here}/certify']")
    page = client.page(f"{here}/certify")
    sent = {each["name"]: each.get("value", "") for each in page.select("form input[type=hidden]")}
    sent |= {"what": "nil", "signed_by": "Trần Văn Bảy", "signed_on": "10/07/2026"}
    wrong = client.send(f"{here}/certify", sent | {"signed_on": "32/07/2026"}, status=422)
    assert "Trần Văn Bảy" in wrong.get_data(as_text=True)
    client.send(f"{here}/certify", sent)
    told = client.page(here).get_text(" ", strip=True)
    assert "Trần Văn Bảy ký ngày" in told
    assert "Xác nhận theo bản giấy" in told
    assert "trên giấy" in client.page(period).get_text()
    assert client.get(f"{period}/providers/noi-khac/certify").status_code == 404


def test_whoever_entered_a_paper_does_not_check_it_but_the_city_may(client, count, opened):
    ward = WardFactory(code="26734")
    provider = ProviderFactory(unit=ward)
    count()
    officer = GrantFactory(city_role=None, commune=ward).account
    found = on_paper(opened, Party(provider_id=provider.id), officer.id)
    period = f"/vi/commune/26734/returns/{H1}"
    here = f"{period}/providers/{provider.slug}"
    client.sign_in(officer)
    assert "Người khác kiểm tra" in client.page(period).get_text()
    page = client.page(here)
    assert "Chính bạn đã xác nhận báo cáo này" in page.get_text()
    assert page.select("button[name=check]") == []
    assert page.select_one("button[name=send_back]")
    client.send(here, {"version": found.version, "check": "1"}, status=409)
    client.send(f"{period}/check", {"ticked": f"{found.id}-{found.version}"})
    assert "đã thay đổi" not in client.page(period).get_text()
    client.sign_in(GrantFactory(city_role="statistician").account)
    client.send(here, {"version": found.version, "check": "1"})
    db.session.expire_all()
    assert queries.of(opened.id, found.party).state is ReturnState.CHECKED


def test_whoever_sends_a_return_back_is_told_whether_a_letter_goes_out(client, count, opened, by):
    ward = WardFactory(code="26734")
    mute, known = ProviderFactory(unit=ward), ProviderFactory(unit=ward)
    StaffFactory(provider=known, role=ProviderRole.OWNER)
    count()
    client.sign_in(GrantFactory(city_role=None, commune=ward).account)
    for provider, told in ((mute, "bạn hãy tự báo"), (known, "sẽ nhận thư")):
        found = on_paper(opened, Party(provider_id=provider.id), by)
        here = f"/vi/commune/26734/returns/{H1}/providers/{provider.slug}"
        hint = client.page(here).select_one("#remark-hint").get_text()
        assert ("tự báo" in hint) is (provider is mute)
        client.send(here, {"version": found.version, "remark": "Thiếu", "send_back": "1"})
        assert told in client.page(here).get_text()


def test_a_closed_period_is_opened_again_with_a_reason(opened, by):
    silent, begun = ProviderFactory(), ProviderFactory()
    draft = operations.save_draft(opened.id, Party(provider_id=begun.id), ReturnFields(), 0, by)
    with pytest.raises(NotClosed):
        operations.reopen_period(opened.id, "đóng nhầm", by)
    operations.close_period(opened.id, by)
    with pytest.raises(SayWhy):
        operations.reopen_period(opened.id, " ", by)
    operations.reopen_period(opened.id, "đóng nhầm", by)
    assert queries.of(opened.id, Party(provider_id=silent.id)) is None
    found = queries.of(opened.id, Party(provider_id=begun.id))
    assert (found.state, found.version) == (ReturnState.DRAFT, draft.version)
    assert on_paper(opened, Party(provider_id=silent.id), by).is_certified
    assert "period.reopened" in actions()


def test_of_a_frozen_period_a_revision_is_the_way(client, opened, by):
    operations.close_period(opened.id, by)
    keep_report()
    with pytest.raises(ReportFrozen):
        operations.reopen_period(opened.id, "đóng nhầm", by)
    client.sign_in(GrantFactory(city_role="administrator").account)
    page = client.page(f"/vi/staff/returns/{H1}/reopen")
    assert "bản hiệu chỉnh" in page.get_text()
    assert page.select("main form") == []


def test_the_board_of_a_closed_period_leads_to_opening_it_again(client, opened, by):
    operations.close_period(opened.id, by)
    client.sign_in(GrantFactory(city_role="statistician").account)
    here = f"/vi/staff/returns/{H1}/reopen"
    assert client.page(f"/vi/staff/returns/{H1}/providers").select_one(f"a[href='{here}']")
    client.send(here, {"reason": ""}, status=422)
    client.send(here, {"reason": "đóng nhầm"})
    db.session.expire_all()
    assert queries.period(H1).closed_at is None
    assert client.page(f"/en/staff/returns/{H1}/providers").select_one("a[href$=close]")
