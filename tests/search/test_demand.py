"""What people look for is counted by subject, ward and week; nothing leads back to anybody."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.rights import retention
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.db import Base, db
from app.core.i18n import Bilingual
from app.core.jobs import DayBegan
from app.search import in_step
from app.search.demand import counting, jobs, queries
from app.search.demand.counting import monday
from app.search.models import SearchDemand
from tests.factories import (
    CourseFactory,
    GrantFactory,
    RunFactory,
    StaffFactory,
)

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14)", "Accept-Language": "vi"}


@pytest.fixture
def asks(app, client):
    """`asks("yoga", n)`: so many people search for it; it is counted as a process does later."""
    RunFactory(course=CourseFactory(title_vi="Nặn xằng xịt cho thiếu nhi"))
    db.session.commit()
    in_step.rebuild()
    app.extensions["search_demand"] = counting.Demand(app, None)

    def ask(text: str, people: int = 1, more: str = "", headers=PHONE) -> None:
        for n in range(people):
            address = {"REMOTE_ADDR": f"10.0.{n // 250}.{n % 250 + 1}"}
            url = f"/vi/courses?q={text}{more}"
            assert client.get(url, headers=headers, environ_overrides=address).status_code == 200
        counting.of(app).count()

    return ask


def rows() -> dict[tuple[str, str], tuple[int, int, int]]:
    db.session.rollback()
    found = db.session.scalars(select(SearchDemand).order_by(SearchDemand.subject))
    return {(r.subject, r.ward): (r.asked, r.empty, r.closed) for r in found}


def later(weeks: int = 1):
    return time_machine.travel(clock.now() + timedelta(weeks=weeks), tick=False)


def test_subjects_and_known_words_are_counted_with_what_was_found(asks):
    asks("yoga", 3)
    asks("xằng xịt", 2)
    assert rows() == {("subject:yoga", ""): (3, 3, 0), ("word:xang xit", ""): (2, 0, 0)}
    labels = select(SearchDemand.label).where(SearchDemand.subject == "word:xang xit")
    assert db.session.scalar(labels) == "xằng xịt"


def test_names_numbers_and_unknown_words_leave_no_trace(asks):
    secret = ("Nguyễn Thị Xuyến", "0912345678", "xuyen@example.org", "xqzt", "xằng xịt 0912345678")
    for text in secret:
        asks(text)
    kept = rows()
    assert set(kept) <= {("", ""), ("word:xang xit", "")}
    every_table = " ".join(
        str(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(table.select())
    )
    for trace in ("xuyen", "Xuyến", "0912345678", "xqzt", "10.0.0.1"):
        assert trace not in every_table


def test_a_person_counts_once_a_day_and_a_robot_never(asks):
    asks("yoga")
    asks("yoga")
    asks("yoga", more="&page=2")
    asks("yoga", 5, headers=PHONE | {"User-Agent": "Googlebot/2.1"})
    asks("yoga", 5, headers={"User-Agent": "Mozilla/5.0"})
    asks("yoga", 5, headers=PHONE | {"Sec-Purpose": "prefetch"})
    asks("", 5)
    assert rows() == {("subject:yoga", ""): (1, 1, 0)}
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        asks("yoga")
    assert sum(asked for asked, *_ in rows().values()) == 2


def test_a_ward_is_counted_however_it_was_named(asks):
    ward = db.session.scalars(select(SearchDemand.ward)).first()
    assert ward is None
    run = RunFactory(course=CourseFactory(title_vi="Bơi lội"), capacity=1, seats_taken=1)
    code = run.venue.unit.code
    db.session.commit()
    in_step.rebuild()
    asks("yoga", more=f"&ward={code}")
    asks("yoga", 2, more=f"&near={code}")
    assert rows()["subject:yoga", code][0] == 2, "the first of them asked in the ward already"


def test_what_only_full_classes_offer_is_told_apart(asks):
    RunFactory(course=CourseFactory(title_vi="Yoga sáng"), capacity=1, seats_taken=1,
               waiting_capacity=0)  # fmt: skip
    db.session.commit()
    in_step.rebuild()
    asks("yoga")
    assert rows() == {("subject:yoga", ""): (1, 0, 1)}


def test_pages_show_whole_weeks_rounded_and_hide_the_few(asks, client):
    asks("yoga", 13)
    asks("xằng xịt", 4)
    assert queries.by_subject(4).lines == [], "this week is not over"
    with later():
        table = queries.by_subject(4)
        (line,) = table.lines
        assert (line.name.vi, line.asked, line.empty, line.closed) == ("Yoga", 15, 15, 0)
        assert table.hidden == 1
        client.sign_in(GrantFactory(city_role=CityRole.STATISTICIAN).account)
        text = client.page("/vi/staff/demand?weeks=4").text
        assert "Yoga" in text
        assert "xằng xịt" not in text


def test_a_provider_sees_the_wards_around_it(asks, client):
    member = StaffFactory(role=ProviderRole.TEACHER)
    here, slug = member.provider.unit.code, member.provider.slug
    db.session.add_all(
        SearchDemand(week=monday(clock.today()), subject=s, ward=w, asked=n, empty=n, label="")
        for s, w, n in (("subject:yoga", here, 20), ("subject:chess", "99999", 20))
    )
    db.session.commit()
    with later():
        client.sign_in(member.account)
        page = client.page(f"/en/provider/{slug}/demand")
    near, city = page.find_all("table")
    assert "yoga" in near.text.lower()
    assert "Chess" not in near.text
    assert "Chess" in city.text


def test_rare_words_of_a_week_that_is_over_become_other_words(asks):
    asks("xằng xịt", 4)
    asks("yoga", 1)
    asks("xqzt", 1)
    jobs.fold_rare_words(DayBegan(""))
    assert ("word:xang xit", "") in rows()
    with later():
        jobs.fold_rare_words(DayBegan(""))
        jobs.fold_rare_words(DayBegan(""))
    assert rows() == {("", ""): (5, 1, 0), ("subject:yoga", ""): (1, 1, 0)}


def test_counts_go_after_two_years_and_words_of_a_week_are_bounded(asks, monkeypatch):
    monkeypatch.setattr(counting, "MOST_WORDS_A_WEEK", 1)
    asks("xằng xịt")
    asks("nặn")
    assert set(rows()) == {("word:xang xit", ""), ("", "")}
    rule = next(each for each in retention.all_rules() if each.code == "search_demand")
    with later(105):
        assert retention.apply_rule(rule) == 2
    assert rows() == {}


@pytest.mark.parametrize(
    ("key", "vi", "en"),
    [
        ("korean", "Tiếng Hàn", "Korean"),
        ("computing", "Tin học", "Computing"),
        ("pc-repair", "Sửa máy tính", "PC repair"),
        ("care", "Care", "Care"),
    ],
)
def test_subjects_have_a_name_in_both_languages(app, key, vi, en):
    week = monday(clock.today()) - timedelta(weeks=1)
    db.session.add(SearchDemand(week=week, subject=f"subject:{key}", ward="", asked=40, label=""))
    db.session.flush()
    (line,) = queries.by_subject(4).lines
    assert line.name == Bilingual(vi, en)
