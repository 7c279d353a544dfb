"""Statisticians say when campaigns are, and what was counted on these days follows."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from app.core import clock, jobs
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.jobs import Job
from app.participation import campaigns, checking, corrections, history, operations
from app.participation.errors import EndsBeforeItBegins, NotACode
from app.participation.models import KeptSession
from tests.client import read
from tests.factories import GrantFactory, RunFactory, TopicFactory
from tests.participation.conftest import facts, meet, seat

DAY, EARLY = date(2026, 3, 4), date(2026, 1, 2)
WEEK = date(2026, 3, 2), date(2026, 3, 8)
NAME = Bilingual("Tuần lễ học tập", "Learning week")
CAMPAIGNS = "/vi/staff/participation/campaigns"


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


@pytest.fixture
def meetings(app):
    """Sessions of one run in three weeks, the first of them on `DAY`."""
    run = RunFactory(capacity=None)
    learner = seat(run, EARLY)
    made = [meet(run, DAY + timedelta(weeks=week), present=[learner]).id for week in range(3)]
    operations.rebuild()
    return made


def filled(page):
    return {each["name"]: each.get("value", "") for each in page.select("main form")[-1]("input")}


def told(page):
    """What the list says of the only campaign: how many of the counted sessions are its own."""
    (row,) = page.select("main table tbody tr")
    return row.select("td")[-1].get_text(strip=True)


def belong():
    return [row.campaign for row in facts()]


def test_a_campaign_is_made_renamed_and_moved_by_hand(staff, meetings, run_jobs):
    week = {
        "code": "tuan-2026", "name_vi": "Tuần lễ học tập", "name_en": "Learning week",
        "first": "02/03/2026", "last": "08/03/2026",
    }  # fmt: skip
    staff.send(CAMPAIGNS, week, status=303)
    page = staff.page(CAMPAIGNS)
    assert "đang được chuyển" in page.text
    assert told(page) == "0"
    run_jobs()
    page = staff.page(CAMPAIGNS)
    assert "đang được chuyển" not in page.text
    assert told(page) == "1"
    taken = staff.send(CAMPAIGNS, week | {"name_vi": "Khác"}, status=422)
    assert read(taken).select_one("#name_vi")["value"] == "Khác"
    overlap = staff.send(CAMPAIGNS, week | {"code": "khac"}, status=422)
    assert "đã thuộc" in read(overlap).text
    here = f"{CAMPAIGNS}/tuan-2026"
    assert staff.page(here).select_one("#first")["value"] == "02/03/2026"
    moved = {name: week[name] for name in ("name_en", "first", "last")}
    moved |= {"name_vi": "Tuần lễ mới", "first": "05/03/2026"}
    staff.send(here, moved, status=303)
    run_jobs()
    assert belong() == ["", "", ""]
    assert "Tuần lễ mới" in staff.page(CAMPAIGNS).text
    assert staff.get(f"{CAMPAIGNS}/khong-co").status_code == 404


def test_what_was_counted_follows_at_one_moment_and_stays_known_as_it_was(meetings, run_jobs):
    TopicFactory(slug="law")
    corrections.correct_session(meetings[1], None, "khai nhầm", topic="law")
    before = clock.now()
    campaigns.set_campaign("all", NAME, EARLY, date(2045, 12, 31), None)
    campaigns.set_campaign("all", NAME, DAY + timedelta(days=1), date(2045, 12, 31), None)
    assert belong() == ["", "", ""]
    run_jobs()
    assert [(row.campaign, row.topic == "law") for row in facts()] == [
        ("", False), ("all", True), ("all", False),
    ]  # fmt: skip
    moments = select(KeptSession.known_from).where(KeptSession.campaign == "all").distinct()
    assert len(db.session.scalars(moments).all()) == 1
    of_old = select(func.count()).where(KeptSession.known_from <= before)
    assert db.session.scalar(of_old.where(KeptSession.campaign == "")) == 4
    assert list(checking.check()) == []
    rows = db.session.scalar(select(func.count(KeptSession.id)))
    campaigns.follow(*WEEK)
    assert db.session.scalar(select(func.count(KeptSession.id))) == rows


def test_whatever_is_counted_or_corrected_before_the_worker_comes_is_right(meetings, run_jobs):
    campaigns.set_campaign("week", NAME, *WEEK, None)
    run = RunFactory(capacity=None)
    meet(run, WEEK[1], present=[seat(run, EARLY)])
    operations.rebuild()
    corrections.correct_session(meetings[0], None, "nhầm", job_related=not facts()[0].job_related)
    assert belong() == ["week", "", "", "week"]
    run_jobs()
    assert belong() == ["week", "", "", "week"]
    assert list(checking.check()) == []


def test_a_page_says_when_the_worker_has_given_up(staff, meetings):
    campaigns.set_campaign("week", NAME, *WEEK, None)
    for job in db.session.scalars(select(Job)):
        job.attempts = jobs.GIVE_UP_AFTER
    db.session.commit()
    assert "quản trị viên" in staff.page(CAMPAIGNS).select_one("main .notice").text


def test_of_two_who_change_a_campaign_the_later_is_told_and_keeps_what_was_typed(staff, app):
    campaigns.set_campaign("tuan", NAME, *WEEK, None)
    here = f"{CAMPAIGNS}/tuan"
    sent = filled(staff.page(here)) | {"name_en": "Week of learning"}
    campaigns.set_campaign("tuan", NAME, DAY, DAY, None)
    answer = read(staff.send(here, sent, status=409))
    again = filled(answer)
    assert (again["name_en"], again["first"]) == ("Week of learning", "02/03/2026")
    assert "04/03/2026" in answer.select_one("main dl").text
    assert staff.page(here).select_one("#first")["value"] == "04/03/2026"
    staff.send(here, again | {"first": "04/03/2026", "last": "04/03/2026"}, status=303)
    assert history.campaign("tuan").name_en == "Week of learning"


def test_a_campaign_has_a_plain_code_and_ends_after_it_begins(app):
    with pytest.raises(NotACode):
        campaigns.set_campaign("Tuần lễ", NAME, DAY, DAY, None)
    with pytest.raises(EndsBeforeItBegins):
        campaigns.set_campaign("week", NAME, DAY, EARLY, None)


def test_two_campaigns_made_at_once_share_no_day(app, at_once):
    def make(code):
        campaigns.set_campaign(code, NAME, DAY, DAY, None, only_new=True)
        return "made"

    answers = at_once([partial(make, code) for code in ("a", "b")])
    assert sorted(answers) == ["campaigns_overlap", "made"]
