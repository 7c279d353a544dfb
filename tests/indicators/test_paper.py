"""Counts from paper: many rows at once, never doubled, corrected until the period is closed."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.enrolment.models import Register
from app.indicators.errors import PeriodClosed
from app.indicators.models import PaperActivity, PaperChange, PaperRow, Party, Return
from app.indicators.operations.returns import certify, close_period, open_period
from app.indicators.paper import operations, queries
from app.indicators.paper.errors import LinesWrong, SayWhyChanged
from app.indicators.paper.operations import By
from app.indicators.paper.typed import Count, Entry, read_hours, read_sheet_day
from app.indicators.returns import figures as return_figures
from app.participation import checking, periods, store
from app.participation import operations as participation
from tests.factories import (
    CourseFactory,
    GrantFactory,
    ProviderFactory,
    StaffFactory,
    TopicFactory,
    WardFactory,
)
from tests.participation.conftest import ask, crowd, facts, where

__all__ = ["ask", "where"]
NONE = {"persons": 0, "attendances": 0}


@pytest.fixture
def period(app):
    """The running half-year, opened for reporting."""
    return periods.usual(clock.today())[0]


@pytest.fixture
def by(app):
    return GrantFactory(city_role="statistician").account_id


@pytest.fixture
def opened(period, by):
    return open_period(period.code, None, period.last, by)


@pytest.fixture
def centre(app):
    return ProviderFactory(unit=WardFactory())


def entry(centre, line=1, activity="Hát then", headcount=20, **said):
    answers = {"again": said.pop("again", False), "topic_id": TopicFactory().id}
    count = Count(said.pop("day", clock.today()), 90, headcount, **said)
    return Entry(line, centre.id, activity, count, **answers)


def browser(app, account):
    return app.test_client().sign_in(account)


def fields_of(page):
    form = page.select_one("main form")
    return {each["name"]: each.get("value", "") for each in form.select("input[name]")}


def enter(centre, period, *entries, key="một", reason="", by_id=None):
    said = By(by_id, reason)
    return operations.enter(centre.unit_id, period, entries, key, said)


def counted():
    return db.session.scalar(select(func.count()).select_from(PaperRow))


def the_row():
    db.session.expire_all()
    return db.session.scalars(select(PaperRow)).one()


def test_rows_become_headcounts_and_never_persons(opened, period, centre, ask):
    crowd(3, clock.today())
    day = clock.today()
    enter(
        centre, period, entry(centre, women=12, older=20), entry(centre, 2, "Cắm hoa", 7, day=day)
    )
    table = ask(period.code, "provider")
    of_centre = table.cells[(str(centre.id),)]
    assert (of_centre.attendances, of_centre.persons, of_centre.runs) == (27, 0, 2)
    assert (of_centre.hours, of_centre.sessions) == (27 * 1.5, 2)
    assert table.total.attendances == 30
    assert table.total.persons == 3


def test_rebuilding_makes_the_facts_that_came_one_by_one(opened, period, centre, run_jobs):
    enter(centre, period, entry(centre), entry(centre, 2, "Cắm hoa", 7))
    run_jobs()
    row = db.session.scalars(select(PaperRow).order_by(PaperRow.line)).first()
    earlier = clock.today() - timedelta(days=1)
    inside = earlier if earlier >= period.first else clock.today()
    operations.correct(row.id, period, Count(inside, 60, 25), row.version, By(None))
    run_jobs()
    other = db.session.scalars(select(PaperRow).order_by(PaperRow.line.desc())).first()
    operations.remove(other.id, other.version, By(None))
    run_jobs()
    one_by_one = facts()
    assert [(each.headcount, each.minutes, each.day) for each in one_by_one] == [(25, 60, inside)]
    assert not list(checking.check())
    participation.rebuild()
    assert facts() == one_by_one


def test_figures_without_paper_are_the_same_to_the_byte(opened, period, centre, ask, where):
    crowd(4, clock.today())
    before = ask(period.code, "sex", "age_band")
    participation.rebuild()
    enter(centre, period, entry(centre))
    db.session.rollback()
    row = the_row()
    operations.remove(row.id, row.version, By(None))
    participation.rebuild()
    store.refresh(where)
    assert ask(period.code, "sex", "age_band").cells == before.cells


def test_a_form_sent_twice_is_counted_once(opened, period, centre):
    for _ in range(2):
        assert enter(centre, period, entry(centre), entry(centre, 2, "Cắm hoa")) == 2
    assert counted() == 2
    assert db.session.scalar(select(func.sum(Register.headcount))) == 40


def test_the_same_session_typed_again_is_asked_about(opened, period, centre):
    enter(centre, period, entry(centre))
    with pytest.raises(LinesWrong) as asked:
        enter(centre, period, entry(centre, activity="HÁT THEN", headcount=8), key="hai")
    assert [(each.field, each.asks) for each in asked.value.problems] == [("again", True)]
    twice = (entry(centre, activity="Mới"), entry(centre, 2, "mới"))
    with pytest.raises(LinesWrong) as asked:
        enter(centre, period, *twice, key="ba")
    assert [each.line for each in asked.value.problems] == [2]
    enter(centre, period, entry(centre, headcount=8, again=True), key="bốn")
    assert counted() == 2


def test_what_contradicts_itself_is_refused_line_by_line(opened, period, centre):
    tomorrow = clock.today() + timedelta(days=1)
    before = period.first - timedelta(days=1)
    with pytest.raises(LinesWrong) as refused:
        enter(
            centre, period,
            entry(centre, 1, headcount=10, women=11), entry(centre, 2, "Hai", 10, older=11),
            entry(centre, 3, "Ba", day=tomorrow), entry(centre, 4, "Bốn", day=before),
        )  # fmt: skip
    found = [(each.line, each.field) for each in refused.value.problems]
    assert found == [(1, "women"), (2, "older"), (3, "day"), (4, "day")]
    assert counted() == 0


def test_a_new_activity_says_what_it_is_about_unless_a_course_does(opened, period, centre):
    course = CourseFactory(provider=centre, title_vi="Cắm hoa", cla="2.2.2")
    unknown = Entry(1, centre.id, "Đan lát", Count(clock.today(), 60, 5))
    known = Entry(2, centre.id, "cắm hoa", Count(clock.today(), 60, 5))
    with pytest.raises(LinesWrong) as asked:
        enter(centre, period, unknown, known)
    assert [(each.line, each.field) for each in asked.value.problems] == [(1, "topic")]
    enter(centre, period, known)
    kept = db.session.scalars(select(PaperActivity)).one().run.course
    assert (kept.on_paper, kept.topic_id, kept.cla) == (True, course.topic_id, "2.2.2")


def test_nothing_changes_after_the_period_is_closed(opened, period, centre, by):
    enter(centre, period, entry(centre))
    row = the_row()
    close_period(opened.id, by)
    seen = row.version
    for attempt in (
        lambda: enter(centre, period, entry(centre, activity="Khác"), key="hai"),
        lambda: operations.correct(row.id, period, Count(row.day, 60, 9), seen, By(by)),
        lambda: operations.remove(row.id, seen, By(by)),
    ):
        with pytest.raises(PeriodClosed):
            attempt()
    assert the_row().headcount == 20


def test_a_correction_is_checked_by_version_and_keeps_what_was_said(opened, period, centre, by):
    enter(centre, period, entry(centre, women=3))
    row = the_row()
    seen, day = row.version, row.day
    operations.correct(row.id, period, Count(day, 90, 18, 3), seen, By(by))
    with pytest.raises(ChangedMeanwhile):
        operations.correct(row.id, period, Count(day, 90, 19, 3), seen, By(by))
    change = db.session.scalars(select(PaperChange)).one()
    assert (change.before["headcount"], change.before["women"], change.day) == (20, 3, day)
    same = the_row()
    operations.correct(row.id, period, Count(day, 90, 18, 3), same.version, By(by))
    assert the_row().version == same.version


def test_certified_figures_change_only_with_a_reason(opened, period, centre, by):
    enter(centre, period, entry(centre))
    certify(opened.id, Party(provider_id=centre.id), {"attendances": 20}, 0, by)
    with pytest.raises(SayWhyChanged):
        enter(centre, period, entry(centre, activity="Khác"), key="hai")
    row = the_row()
    with pytest.raises(SayWhyChanged):
        operations.remove(row.id, row.version, By(by))
    operations.remove(row.id, row.version, By(by, "Ghi nhầm trung tâm"))
    assert db.session.scalars(select(PaperChange.reason)).all() == ["Ghi nhầm trung tâm"]
    assert db.session.scalars(select(Return)).one().figures == {"attendances": 20}


def test_sheets_are_read_as_people_write_them(period, app):
    today = clock.today()
    assert read_sheet_day(f"{today.day}/{today.month}", period) == today
    assert read_sheet_day(f"{today:%d-%m-%Y}", period) == today
    assert read_sheet_day("31/2", period) is None
    assert [read_hours(text) for text in ("2", "1,5", "1:30", "1h30", "0", "17", "x")] == [
        120, 90, 90, 90, None, None, None,
    ]  # fmt: skip


def test_a_clerk_types_several_rows_corrects_one_and_sees_who_is_silent(
    app, opened, period, centre
):
    silent = ProviderFactory(unit=centre.unit)
    strange = ProviderFactory(unit=WardFactory())
    topic = TopicFactory()
    officer = browser(app, GrantFactory(city_role=None, commune_id=centre.unit_id).account)
    here = f"/vi/commune/{centre.unit.code}/paper/{period.code}"
    assert officer.get(f"/vi/commune/{centre.unit.code}/paper").location == here
    page = officer.page(here)
    assert strange.name_vi not in page.get_text()
    today = f"{clock.today():%d/%m}"
    typed = fields_of(page) | {
        "centre-1": centre.slug, "activity-1": "Hát then", "day-1": today, "hours-1": "1,5",
        "people-1": "20", "women-1": "21",
        "activity-2": "Cắm hoa", "day-2": today, "people-2": "7",
    }  # fmt: skip
    wrong = officer.send(here, typed, status=422).get_data(as_text=True)
    assert "Không thể có 21 trong số 20 người" in wrong
    assert 'value="Hát then"' in wrong
    asked = officer.send(here, typed | {"women-1": "12"}, status=422).get_data(as_text=True)
    assert 'name="topic-1"' in asked
    whole = typed | {"women-1": "12", "topic-1": str(topic.id), "topic-2": str(topic.id)}
    for _ in range(2):
        officer.send(here, whole)
    shown = officer.page(here).get_text()
    assert counted() == 2
    assert shown.count("Chưa gửi gì") == 1
    row = db.session.scalars(select(PaperRow).order_by(PaperRow.line)).first()
    assert (row.headcount, row.women, row.older, row.minutes) == (20, 12, None, 90)
    own = f"{here}/{row.id}"
    fields = fields_of(officer.page(own)) | {"people": "22"}
    officer.send(own, fields)
    stale = officer.send(own, fields, status=409).get_data(as_text=True)
    assert "có người khác đã thay đổi" in stale
    assert silent.name_vi in shown
    editor = browser(app, StaffFactory(provider=centre, role=ProviderRole.OWNER).account)
    assert "Hát then" not in editor.page(f"/vi/provider/{centre.slug}/courses").get_text()
    kept = row.activity.run
    assert editor.get(f"/vi/provider/{centre.slug}/runs/{kept.id}/roster").status_code == 404
    assert editor.get(f"/vi/provider/{centre.slug}/courses/{kept.course_id}").status_code == 404
    other = browser(app, GrantFactory(city_role=None, commune_id=strange.unit_id).account)
    assert other.get(own).status_code == 404


def test_the_return_tells_what_came_on_paper(opened, period, centre, ask):
    enter(centre, period, entry(centre, women=12), entry(centre, 2, "Cắm hoa", 7))
    parts = queries.parts_of(Party(unit_id=centre.unit_id), period)
    assert (parts.people, parts.women, parts.women_of, parts.older_of) == (27, 12, 20, 0)
    ask(period.code)
    told = return_figures.of(Party(provider_id=centre.id), period)
    assert (told["attendances"], told["persons"], told["identified_percent"]) == (27, 0, 0.0)
