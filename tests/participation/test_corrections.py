"""Statisticians correct what sessions were."""

from datetime import date, timedelta
from functools import partial

import pytest

from app.core import audit_chain, clock
from app.core.db import db
from app.participation import checking, corrections, history, operations, store
from app.participation.errors import OnlineHasNoPlace, SayWhy
from app.participation.history import Asked, key_of, meeting_of
from app.participation.kept import unit_of
from tests.client import read
from tests.factories import (
    GrantFactory,
    RunFactory,
    TopicFactory,
    VenueFactory,
    WardFactory,
)
from tests.participation.conftest import facts, meet, persons, seat

DAY, EARLY = date(2026, 3, 4), date(2026, 1, 2)
SESSIONS = "/vi/staff/participation/sessions"
CAMPAIGNS = "/vi/staff/participation/campaigns"


@pytest.fixture
def staff(client):
    return client.sign_in(GrantFactory(city_role="statistician").account)


@pytest.fixture
def meeting(app):
    """A session that was counted in one ward; another subject and another ward are there."""
    TopicFactory(slug="law", name_vi="Pháp luật", name_en="Law")
    WardFactory(code="26740", name_vi="Tân Định", name_en="Tan Dinh")
    run = RunFactory(capacity=None, venue=VenueFactory(unit=WardFactory(code="26734")))
    run.course.title_vi = "Kể chuyện"
    made = meet(run, DAY, present=[seat(run, EARLY)])
    operations.rebuild()
    return made.id


def filled(page):
    """The correction form as it stands on the page."""
    form = page.select("main form")[-1]
    boxes = {each["name"]: each.get("value", "") for each in form.select("input")}
    chosen = {
        each["name"]: each.select_one("option[selected]")["value"] for each in form.select("select")
    }
    return boxes | chosen


def value_of(page, name, text):
    options = page.select(f"select[name={name}] option")
    return next(each["value"] for each in options if text in each.text)


def test_a_statistician_finds_a_session_and_corrects_it_with_a_reason(staff, meeting, ask):
    found = staff.page(f"{SESSIONS}?q=kể+chuyện&day=04/03/2026")
    link = found.select_one("table th a")["href"]
    assert link == f"{SESSIONS}/{meeting}"
    page = staff.page(link)
    assert "Chưa có đính chính nào." in page.text
    sent = filled(page)
    sent |= {"topic": "law", "place": value_of(page, "place", "Nơi khác tại Phường Tân Định")}
    staff.send(link, sent | {"reason": " "}, status=422)
    staff.send(link, sent | {"reason": "khai nhầm chủ đề"}, status=303)
    (row,) = facts()
    assert (row.topic, row.venue_id) == ("law", None)
    assert persons(ask("2026", "topic"))["law",] == 1
    told = staff.page(link).select_one("main table").get_text(" ", strip=True)
    for text in ("thành “Pháp luật”", "“Phường Tân Định”", "khai nhầm chủ đề"):
        assert text in told
    assert staff.page(f"{SESSIONS}?corrected=1").select("table th a")
    english = staff.page(link.replace("/vi/", "/en/"))
    assert "to “Law”" in english.text


def test_the_reason_of_a_correction_outlives_the_log(staff, meeting):
    corrections.correct_session(meeting, None, "khai nhầm chủ đề", topic="law")
    corrections.correct_session(meeting, None, "địa điểm khác", venue_id=None)
    db.session.commit()
    audit_chain.link_new()
    assert audit_chain.prune(clock.now() + timedelta(days=1))
    told = staff.page(f"{SESSIONS}/{meeting}").select("main table tbody tr")
    assert ["địa điểm khác" in told[0].text, "khai nhầm chủ đề" in told[1].text] == [True, True]
    assert "thành “Pháp luật”" in told[1].text
    assert staff.page(f"{SESSIONS}?corrected=1").select("table th a")


@pytest.mark.parametrize("words", ["đờn ca", "ĐỜN CA", "Đờn Ca", "trung tâm ẤP"])
def test_a_session_is_found_in_capitals_and_in_small_letters(app, words):
    run = RunFactory(capacity=None, course__provider__name_vi="Trung tâm Ấp Bắc")
    run.course.title_vi = "Đờn ca tài tử"
    meet(run, DAY, present=[seat(run, EARLY)])
    operations.rebuild()
    _page, lines = history.sessions(Asked(words=words), str)
    assert [line.course.vi for line in lines] == ["Đờn ca tài tử"]


def test_of_two_who_correct_a_session_the_later_is_told_and_keeps_what_was_typed(staff, meeting):
    link = f"{SESSIONS}/{meeting}"
    sent = filled(staff.page(link)) | {"topic": "law", "reason": "khai nhầm"}
    corrections.correct_session(meeting, None, "trước", job_related=not facts()[0].job_related)
    answer = staff.send(link, sent, status=409)
    again = filled(read(answer))
    assert (again["topic"], again["reason"]) == ("law", "khai nhầm")
    assert again["version"] != sent["version"]
    staff.send(link, again | {"job_related": sent["job_related"]}, status=303)


def test_nothing_is_corrected_without_a_difference_a_reason_or_a_place_for_it(staff, meeting):
    link = f"{SESSIONS}/{meeting}"
    same = filled(staff.page(link)) | {"reason": "xem lại"}
    assert "Chưa có gì thay đổi" in read(staff.send(link, same, status=422)).text
    with pytest.raises(SayWhy):
        corrections.correct_session(meeting, None, " ", topic="law")
    with pytest.raises(OnlineHasNoPlace):
        corrections.correct_session(meeting, None, "nhầm", mode="online")
    assert staff.get(f"{SESSIONS}/99999").status_code == 404
    assert staff.get(f"{SESSIONS}/run-1-2026-02-31").status_code == 404


def test_a_corrected_length_counts_and_is_not_undone_by_the_timetable(staff, meeting, ask):
    link = f"{SESSIONS}/{meeting}"
    sent = filled(staff.page(link)) | {"reason": "gõ nhầm giờ"}
    assert sent["minutes"] == "120"
    for wrong in ("", "0", "1441", "hai giờ"):
        staff.send(link, sent | {"minutes": wrong}, status=422)
    staff.send(link, sent | {"minutes": "90"}, status=303)
    operations.rewrite([meeting])
    operations.rebuild()
    assert [row.minutes for row in facts()] == [90]
    assert ask("2026").total.hours == 1.5
    assert list(checking.check()) == []
    assert "từ “120 phút” thành “90 phút”" in staff.page(link).select_one("main table").text
    corrections.correct_session(meeting, None, "khai nhầm chủ đề", topic="law")
    operations.rebuild()
    assert [row.minutes for row in facts()] == [90]


def test_a_day_of_self_study_has_a_name_in_addresses_and_no_place_to_correct():
    meeting = unit_of(12, DAY)
    assert meeting_of(key_of(meeting)) == meeting
    assert key_of(meeting) == "run-12-2026-03-04"
    with pytest.raises(ValueError, match="mode"):
        corrections.correct_session(meeting, None, "nhầm", mode="online")


def test_the_desk_of_participation_leads_there(staff, where):
    store.refresh(where)
    ways = [each["href"] for each in staff.page("/vi/staff/participation").select("nav a")]
    assert {SESSIONS, CAMPAIGNS} <= set(ways)


def test_two_who_correct_a_session_at_once_leave_one_row_in_force(meeting, at_once):
    (row,) = facts()
    changed = {"topic": "law"}, {"job_related": not row.job_related}
    seen = history.session(meeting).row.id

    def correct(values):
        corrections.correct_session(meeting, None, "nhầm", seen=seen, **values)
        return "corrected"

    answers = at_once([partial(correct, values) for values in changed])
    assert sorted(answers) == ["changed_meanwhile", "corrected"]
    assert len(facts()) == 1
