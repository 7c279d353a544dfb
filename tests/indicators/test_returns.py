"""Periods and returns: who owes one, how it is filled in, certified, checked, sent back, closed."""

import re
import shutil
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.core import clock, config
from app.core.access import ProviderRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.feeds.source import RawRow
from app.indicators.criteria import sheet as sheets
from app.indicators.criteria.columns import Row
from app.indicators.errors import (
    AlreadyCertified,
    AlreadyOpened,
    DueBeforeItBegins,
    NotCertified,
    NotForAPeriod,
    NothingOwed,
    NotNil,
    PeriodClosed,
    SayWhy,
    SourcesMissing,
)
from app.indicators.models import EnteredValue, Party, Return, ReturnState
from app.indicators.models.frameworks import CriterionKind
from app.indicators.operations import returns as operations
from app.indicators.operations.frameworks import About, import_framework
from app.indicators.operations.returns import Answer, ReturnFields
from app.indicators.queries import frameworks, reporting
from app.indicators.queries import returns as queries
from app.indicators.queries.reporting import Asked, Who
from app.indicators.returns import figures as return_figures
from app.participation import operations as participation
from app.participation import periods, store
from app.providers.models import ProviderStatus
from tests.factories import (
    AccountFactory,
    CourseFactory,
    GrantFactory,
    PersonFactory,
    ProviderFactory,
    RunFactory,
    StaffFactory,
    WardFactory,
)
from tests.participation.conftest import crowd, meet, seat

FIGURES = {"persons": 12, "attendances": 30, "sessions": 3}
NONE = {"persons": 0, "attendances": 0, "sessions": 0}
H1 = "2026-H1"


@pytest.fixture
def framework(app):
    rows = [
        ["kind", "code", "parent", "text_vi", "asked_of", "unit_vi"],
        ["area", "1", "", "Học tập", "", ""],
        ["indicator", "1.1", "1", "Người dạy tình nguyện", "providers", "người"],
        ["indicator", "1.2", "1", "Gia đình học tập", "communes", "gia đình"],
        ["indicator", "1.3", "1", "Ngân sách", "", "%"],
    ]
    sheet = sheets.read([RawRow(n, row) for n, row in enumerate(rows, start=1)])
    return import_framework(About(code="thu", name=Bilingual("Bộ thử")), sheet, 0)


@pytest.fixture
def by(app) -> int:
    return GrantFactory(city_role="statistician").account_id


@pytest.fixture
def another(app) -> int:
    return GrantFactory(city_role="statistician").account_id


@pytest.fixture
def opened(framework, by):
    return operations.open_period(H1, framework.id, date(2026, 7, 15), by)


def answers(opened, party, number):
    (asked,) = queries.asked(opened, party)
    return {asked.id: Answer(Decimal(number), "Sổ")}


def draft(opened, party, by, seen=0, number=5, **words):
    fields = ReturnFields(**words, answers=answers(opened, party, number))
    return operations.save_draft(opened.id, party, fields, seen, by)


def certified(opened, party, by, figures=FIGURES):
    saved = draft(opened, party, by)
    return operations.certify(opened.id, party, figures, saved.version, by)


def state_of(opened, party):
    db.session.expire_all()
    found = queries.of(opened.id, party)
    return found and found.state


def test_a_period_is_opened_once_with_a_name_and_a_day(framework, by, opened):
    for code, due, error in (
        (H1, date(2026, 7, 1), AlreadyOpened),
        ("2026", date(2025, 12, 31), DueBeforeItBegins),
        ("nửa đầu năm", date(2026, 7, 1), NotForAPeriod),
        ("2026-01-01/2026-01-31", date(2026, 7, 1), NotForAPeriod),
    ):
        with pytest.raises(error):
            operations.open_period(code, framework.id, due, by)


def test_providers_at_work_and_communes_of_today_owe_a_return(opened):
    at_work, young = ProviderFactory(), ProviderFactory(founded_on=date(2026, 7, 1))
    applied = ProviderFactory(status=ProviderStatus.APPLIED)
    closed = ProviderFactory(status=ProviderStatus.CLOSED)
    gone = WardFactory(valid_to=date(2025, 8, 1))
    owing = [
        queries.owes(opened, Party(provider_id=p.id)) for p in (at_work, young, applied, closed)
    ]
    assert owing == [True, False, False, False]
    assert queries.owes(opened, Party(unit_id=at_work.unit_id))
    assert not queries.owes(opened, Party(unit_id=gone.id))
    assert not queries.owes(opened, Party(unit_id=at_work.unit.parent_id))
    assert queries.completeness(H1) == queries.Completeness(due=1, reported=0, nil=0)
    with pytest.raises(NothingOwed):
        operations.save_draft(opened.id, Party(provider_id=young.id), ReturnFields(), 0, 1)


def test_a_draft_is_never_overwritten_unseen(opened, by):
    party = Party(provider_id=ProviderFactory().id)
    first = draft(opened, party, by, narrative="Một")
    for seen in (0, first.version + 1):
        with pytest.raises(ChangedMeanwhile):
            draft(opened, party, by, seen=seen)
    second = draft(opened, party, by, seen=first.version, number=7)
    assert [value.number for value in second.values] == [Decimal(7)]
    emptied = operations.save_draft(opened.id, party, ReturnFields(), second.version, by)
    assert (emptied.values, emptied.narrative) == ([], "")


def test_only_what_is_asked_of_a_party_is_taken_from_it(opened, by, framework):
    party = Party(provider_id=ProviderFactory().id)
    every = {each.id: Answer(Decimal(1)) for each in frameworks.criteria(framework.id)}
    saved = operations.save_draft(opened.id, party, ReturnFields(answers=every), 0, by)
    assert [value.criterion.code for value in saved.values] == ["1.1"]


def test_what_is_certified_stays_until_it_is_sent_back(opened, by, another):
    party = Party(provider_id=ProviderFactory().id)
    found = certified(opened, party, by)
    assert (found.state, found.figures, found.certified_by_id) == ("certified", FIGURES, by)
    for attempt in (
        lambda: draft(opened, party, by, seen=found.version),
        lambda: operations.certify(opened.id, party, FIGURES, found.version, by),
        lambda: operations.certify_nil(opened.id, party, NONE, found.version, by),
    ):
        with pytest.raises(AlreadyCertified):
            attempt()
    with pytest.raises(SayWhy):
        operations.send_back(found.id, "  ", found.version, by)
    with pytest.raises(ChangedMeanwhile):
        operations.send_back(found.id, "Thiếu", found.version - 1, by)
    back = operations.send_back(found.id, "Thiếu buổi tháng 5", found.version, by)
    with pytest.raises(NotCertified):
        operations.check(back.id, back.version, by)
    again = draft(opened, party, by, seen=back.version, number=6)
    once_more = operations.certify(opened.id, party, FIGURES, again.version, by)
    assert (once_more.state, once_more.checked_at) == ("certified", None)
    checked = operations.check(once_more.id, once_more.version, another)
    assert (checked.state, checked.checked_by_id) == ("checked", another)
    kept = select(AuditEntry.action).where(AuditEntry.object_kind == "return")
    assert db.session.scalars(kept.order_by(AuditEntry.id)).all() == [
        "return.saved", "return.certified", "return.sent_back", "return.saved",
        "return.certified", "return.checked",
    ]  # fmt: skip


def test_figures_are_certified_once_they_say_where_they_are_from(opened, by):
    party = Party(provider_id=ProviderFactory().id)
    (asked,) = queries.asked(opened, party)
    mute = ReturnFields(answers={asked.id: Answer(Decimal(0), " ")})
    saved = operations.save_draft(opened.id, party, mute, 0, by)
    with pytest.raises(SourcesMissing) as refused:
        operations.certify(opened.id, party, FIGURES, saved.version, by)
    assert "1.1" in str(refused.value.message)
    told = draft(opened, party, by, seen=saved.version)
    assert operations.certify(opened.id, party, FIGURES, told.version, by).is_certified


def test_nil_is_only_for_nothing(opened, by, another):
    party = Party(provider_id=ProviderFactory().id)
    with pytest.raises(NotNil):
        operations.certify_nil(opened.id, party, FIGURES, 0, by)
    saved = draft(opened, party, by)
    with pytest.raises(NotNil):
        operations.certify_nil(opened.id, party, NONE, saved.version, by)
    saved = draft(opened, party, by, seen=saved.version, number=0)
    nil = operations.certify_nil(opened.id, party, NONE, saved.version, by)
    checked = operations.check(nil.id, nil.version, another)
    assert (checked.state, checked.checked_at is not None) == ("nil", True)
    assert queries.completeness(H1) == queries.Completeness(due=1, reported=1, nil=1)


def test_two_who_certify_at_once_certify_once(opened, by, at_once):
    party = Party(provider_id=ProviderFactory().id)
    version, key = draft(opened, party, by).version, opened.id
    answers = at_once(
        [lambda: operations.certify(key, party, FIGURES, version, by).state.value] * 2
        + [lambda: operations.certify_nil(key, Party(unit_id=1), NONE, 7, by)]
    )[:2]
    assert sorted(answers) == ["already_certified", "certified"]


def test_two_who_begin_at_once_begin_one_return(opened, by, at_once):
    party, key = Party(provider_id=ProviderFactory().id), opened.id
    act = operations.save_draft
    answers = at_once([lambda: act(key, party, ReturnFields(), 0, by).state.value] * 3)
    assert sorted(answers) == ["changed_meanwhile", "changed_meanwhile", "draft"]
    assert len(db.session.scalars(select(Return)).all()) == 1


def test_whoever_certifies_while_the_period_is_closed_is_in_or_out(opened, by, at_once):
    parties = [Party(provider_id=ProviderFactory().id) for _ in range(3)]
    versions, key = [draft(opened, party, by).version for party in parties], opened.id
    silent = ProviderFactory().id
    answers = at_once(
        [
            lambda p=party, v=version: operations.certify(key, p, FIGURES, v, by).state.value
            for party, version in zip(parties, versions, strict=True)
        ]
        + [lambda: operations.close_period(key, by)]
    )
    assert answers[-1] is None
    opened = queries.period(H1)
    for party, answer in zip(parties, answers, strict=False):
        assert answer in ("certified", "period_closed")
        assert state_of(opened, party) == ("certified" if answer == "certified" else "draft")
    assert state_of(opened, Party(provider_id=silent)) == ReturnState.MISSING


def test_a_closed_period_takes_nothing_and_keeps_who_owed(opened, by):
    done, silent = ProviderFactory(), ProviderFactory()
    found = certified(opened, Party(provider_id=done.id), by)
    operations.close_period(opened.id, by)
    silent.status = done.status = ProviderStatus.CLOSED
    db.session.commit()
    ProviderFactory()
    assert queries.completeness(H1) == queries.Completeness(due=2, reported=1, nil=0)
    for attempt in (
        lambda: operations.close_period(opened.id, by),
        lambda: operations.save_draft(
            opened.id, Party(provider_id=silent.id), ReturnFields(), 1, by
        ),
        lambda: operations.check(found.id, found.version, by),
        lambda: operations.send_back(found.id, "Sai", found.version, by),
    ):
        with pytest.raises(PeriodClosed):
            attempt()


def test_what_a_commune_certifies_is_its_own_figure_with_history(opened, by, framework):
    unit = WardFactory()
    party = Party(unit_id=unit.id)
    found = certified(opened, party, by)
    back = operations.send_back(found.id, "Xem lại", found.version, by)
    newer = [*frameworks.rows_of(framework.id), Row(kind=CriterionKind.AREA, code="2", text_vi="A")]
    about = About(code="thu", name=Bilingual("Bộ thử"))
    assert import_framework(about, sheets.Sheet(newer), 1).number == 2
    again = draft(opened, party, by, seen=back.version, number=9)
    operations.certify(opened.id, party, FIGURES, again.version, by)
    kept = db.session.scalars(select(EnteredValue).order_by(EnteredValue.id)).all()
    assert [(v.unit_id, v.period, v.number, v.replaced_at is None) for v in kept] == [
        (unit.id, H1, Decimal(5), False), (unit.id, H1, Decimal(9), True),
    ]  # fmt: skip


def test_the_board_tells_who_has_and_has_not_reported(opened, by):
    one, two, three = (ProviderFactory() for _ in range(3))
    certified(opened, Party(provider_id=one.id), by)
    draft(opened, Party(provider_id=two.id), by)

    def names(**asked):
        lines = reporting.lines(opened, Asked(**asked))
        return sorted(line.key for line in lines)

    assert names(state="reported") == names(state="to_check") == [one.slug]
    assert names(state="not_reported") == sorted([two.slug, three.slug])
    assert names(state="not_begun") == [three.slug]
    assert names(unit=two.unit.code) == [two.slug]
    assert names(type="library") == []
    assert len(names(who=Who.COMMUNES)) == 3
    assert reporting.by_state(opened, Who.PROVIDERS) == {
        "certified": 1, "draft": 1, "not_begun": 1,
    }  # fmt: skip
    page = reporting.page(opened, Asked(page=1), str)
    assert (page.total, len(page.items)) == (3, 3)


@pytest.fixture
def counted(app):
    """Write what happened into the files that figures are counted over."""

    def write():
        db.session.rollback()
        participation.rebuild()
        store.refresh(store.folder(config.current()))

    yield write
    shutil.rmtree(store.folder(config.current()), ignore_errors=True)


def test_the_figures_of_a_return_are_exact_and_count_a_person_once(counted):
    ward = WardFactory()
    ours, beside, elsewhere = (
        ProviderFactory(unit=ward),
        ProviderFactory(unit=ward),
        ProviderFactory(),
    )
    run, other = (
        RunFactory(course=CourseFactory(provider=p), capacity=None) for p in (ours, beside)
    )
    crowd(2, run=run)
    both = PersonFactory()
    for each in (run, other):
        meet(each, date(2026, 4, 1), present=[seat(each, date(2026, 1, 2), both)], headcount=4)
    crowd(3, run=RunFactory(course=CourseFactory(provider=elsewhere), capacity=None))
    counted()
    period = periods.parse(H1)
    of_ours = return_figures.of(Party(provider_id=ours.id), period)
    of_ward = return_figures.of(Party(unit_id=ward.id), period)
    names = ("persons", "enrolments", "attendances", "learner_hours", "runs", "sessions")
    assert [of_ours[name] for name in names] == [3, 3, 7, 14, 1, 2]
    assert [of_ward[name] for name in names] == [3, 4, 12, 24, 2, 3]
    each = return_figures.of_providers(ward.id, period)
    assert {key: told["persons"] for key, told in each.items()} == {ours.id: 3, beside.id: 1}
    empty = return_figures.of(Party(unit_id=elsewhere.unit.parent_id), period)
    assert (empty["persons"], empty["attendances"]) == (0, 0)


def browser(app, account):
    return app.test_client().sign_in(account)


def fields_of(page):
    form = page.select("main form[method=post]")[-1]
    found = {i["name"]: i.get("value", "") for i in form.select("input") if i["type"] != "radio"}
    return found | {area["name"]: area.get_text() for area in form.select("textarea")}


def test_a_period_from_opening_to_closing(app, framework, counted):
    ward = WardFactory()
    provider = ProviderFactory(unit=ward)
    run = RunFactory(course=CourseFactory(provider=provider), capacity=None)
    crowd(12, run=run)
    counted()
    city = browser(app, GrantFactory(city_role="statistician").account)
    editor, owner, teacher = (
        browser(app, StaffFactory(provider=provider, role=role).account)
        for role in ("editor", "owner", "teacher")
    )
    officer = browser(app, GrantFactory(city_role=None, commune_id=ward.id).account)
    both = city.send("/vi/staff/returns", {"code": "nửa năm", "due_on": "31/2/2026"}, status=422)
    assert "Ghi kỳ" in both.get_data(as_text=True)
    assert "Không có ngày 31/2/2026" in both.get_data(as_text=True)
    form = {"code": H1, "framework": str(framework.id), "due_on": "15/7/2026"}
    board = city.send("/vi/staff/returns", form).location

    here = f"/vi/provider/{provider.slug}/returns/{H1}"
    assert teacher.get(f"/vi/provider/{provider.slug}/returns").status_code == 403
    assert "Chưa bắt đầu" in editor.page(f"/vi/provider/{provider.slug}/returns").get_text()
    number = fill_in(editor, here)
    certify(editor, owner, here)
    period = f"/vi/commune/{ward.code}/returns/{H1}"
    assert officer.get("/vi/commune/").location == f"/vi/commune/{ward.code}/returns"
    send_back(officer, period, provider.slug)
    assert "Kiểm lại số người dạy" in editor.page(here).get_text()
    again = fields_of(editor.page(f"{here}/fill"))
    assert again[number] == "1200"
    editor.send(f"{here}/fill", {**again, number: "1.150,5"})
    owner.send(f"{here}/certify", {**fields_of(owner.page(f"{here}/certify")), "what": "certify"})
    tick_twice(officer, period)
    report_of_commune(officer, city, period)
    assert "35" in officer.page(f"/vi/commune/{ward.code}/values").get_text()
    look_and_close(city, board, ward.code)
    assert owner.page(f"{here}/fill").select("main form[method=post]") == []


def fill_in(editor, here):
    """What an editor does; the name of the box of the only indicator."""
    shown = editor.page(here)
    assert "Đã quá hạn báo cáo" in shown.get_text()
    rows = shown.select("tbody tr")[:3]
    assert [tuple(cell.get_text(strip=True) for cell in row.select("th, td")) for row in rows] == [
        ("Số người", "12"), ("Lượt ghi danh", "12"), ("Lượt người", "12"),
    ]  # fmt: skip
    fields = fields_of(editor.page(f"{here}/fill"))
    number = next(name for name in fields if name.startswith("number_"))
    wrong = editor.send(f"{here}/fill", {**fields, number: "nhiều"}, status=422)
    assert "Ghi một số" in wrong.get_data(as_text=True)
    assert "<title>Lỗi: Điền báo cáo" in wrong.get_data(as_text=True)
    assert "dù họ sống ở đâu" not in shown.get_text()
    mute = {**fields, number: "1.200", "narrative": "Mở lớp tối."}
    editor.send(f"{here}/fill", mute)
    told = editor.page(here)
    assert "hãy ghi nguồn của các số liệu: 1.1" in told.get_text()
    source = number.replace("number", "source")
    filled = {**fields_of(editor.page(f"{here}/fill")), source: "Sổ của trung tâm"}
    editor.send(f"{here}/fill", filled)
    stale = editor.send(f"{here}/fill", {**filled, "narrative": "Khác"}, status=409)
    assert "Khác" in stale.get_data(as_text=True)
    return number


def certify(editor, owner, here):
    assert editor.get(f"{here}/certify").status_code == 403
    fields = fields_of(owner.page(f"{here}/certify"))
    nil = owner.send(f"{here}/certify", {**fields, "what": "nil"}, status=409)
    assert "có ghi nhận hoạt động" in nil.get_data(as_text=True)
    older = {**fields, "shown": "0" * 64, "what": "certify"}
    changed = owner.send(f"{here}/certify", older, status=409)
    assert "Số liệu đã thay đổi" in changed.get_data(as_text=True)
    owner.send(f"{here}/certify", {**fields, "what": "certify"})
    assert owner.page(here).select("main a[href$=fill]") == []


def send_back(officer, period, slug):
    theirs = f"{period}/providers/{slug}"
    page = officer.page(theirs)
    assert "1.200" in page.get_text()
    sent = {**fields_of(page), "send_back": "1"}
    officer.send(theirs, sent, status=422, page=theirs)
    officer.send(theirs, {**sent, "remark": "Kiểm lại số người dạy"}, page=theirs)


def tick_twice(officer, period):
    tick = officer.page(period).select_one("[name=ticked]")["value"]
    for _ in range(2):
        officer.send(f"{period}/check", {"ticked": tick}, page=period)
    assert "vừa thay đổi" in officer.page(period).get_text()


def report_of_commune(officer, city, period):
    """The commune's own; the city checks it, never the commune itself."""
    own = f"{period}/own"
    fields = fields_of(officer.page(f"{own}/fill"))
    number = next(name for name in fields if name.startswith("number_"))
    source = number.replace("number", "source")
    officer.send(f"{own}/fill", {**fields, number: "35", source: "Sổ của phường"})
    assert "dù họ sống ở đâu" in officer.page(own).get_text()
    sent = fields_of(officer.page(f"{own}/certify"))
    officer.send(f"{own}/certify", {**sent, "what": "certify"})
    assert officer.post(f"{own}/check", data={"csrf_token": officer.token()}).status_code == 403
    assert (
        "6 tháng đầu năm 2026" in officer.page(f"{period.split('/returns')[0]}/values").get_text()
    )
    city.send(f"{own}/check", {**fields_of(city.page(own)), "check": "1"}, page=own)


def look_and_close(city, board, ward):
    page = city.page(f"{board}?state=checked&unit={ward}&type=khong-co")
    assert "Đã kiểm tra" in page.get_text()
    lines = city.get(f"{board}.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert f",{ward}," in lines[1]
    assert ",checked," in lines[1]
    city.send(f"/vi/staff/returns/{H1}/close")
    assert "Kỳ báo cáo đã đóng" in city.page(board).get_text()


def test_whoever_certifies_before_the_end_of_a_period_is_told_so(client, by):
    today, provider = clock.today(), ProviderFactory()
    client.sign_in(StaffFactory(provider=provider, role=ProviderRole.OWNER).account)
    for year, is_running in ((today.year, True), (today.year - 1, False)):
        operations.open_period(str(year), None, today, by)
        page = client.page(f"/vi/provider/{provider.slug}/returns/{year}/certify")
        assert ("Kỳ kết thúc ngày" in page.get_text()) is is_running


def test_an_officer_sees_nothing_of_another_commune(app, opened):
    provider, other = ProviderFactory(), WardFactory()
    officer = browser(app, GrantFactory(city_role=None, commune_id=other.id).account)
    for code in (provider.unit.code, "00000", "abcde"):
        for path in ("returns", f"returns/{H1}", f"returns/{H1}/own", "values",
                     f"returns/{H1}/providers/{provider.slug}"):  # fmt: skip
            assert officer.get(f"/vi/commune/{code}/{path}").status_code == 404
    mine = f"/vi/commune/{other.code}/returns"
    assert officer.get(f"{mine}/{H1}").status_code == 200
    assert officer.get(f"{mine}/{H1}/providers/{provider.slug}").status_code == 404
    assert officer.get(f"{mine}/2031").status_code == 404
    assert officer.get("/vi/staff/returns").status_code == 403
    resident = browser(app, AccountFactory())
    assert resident.get(f"{mine}/{H1}").status_code == 403


def test_a_clerk_of_thirty_providers_needs_few_statements(app, opened, by, at_most):
    ward = WardFactory()
    for _ in range(30):
        draft(opened, Party(provider_id=ProviderFactory(unit=ward).id), by)
    officer = browser(app, GrantFactory(city_role=None, commune_id=ward.id).account)
    with at_most(24):
        page = officer.page(f"/vi/commune/{ward.code}/returns/{H1}")
    assert len(page.select("tbody tr")) == 30
    assert re.search("30 đơn vị", page.get_text())
