"""Sessions made from a rule: counted, with holidays left out, lunar ones too."""

from datetime import date, time, timedelta

import pytest

from app.catalogue import operations
from app.catalogue.calendar_days import EVERY_DAY, Calendar, calendar_of, public_holidays
from app.catalogue.errors import DayKnown, NoMeetings, TooManyMeetings, WrongDates
from app.catalogue.repeats import Repeat
from app.core import clock
from app.core.i18n import Bilingual
from tests.factories import ProviderFactory

NATIONAL = Calendar()
TET = {2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26)}
HUNG_KINGS = {2026: date(2026, 4, 26), 2027: date(2027, 4, 16), 2028: date(2028, 4, 4)}
TUESDAY_THURSDAY = frozenset({1, 3})


def _rule(**odd) -> Repeat:
    given = {
        "first_day": date(2026, 12, 1), "begins": time(18, 30), "ends": time(20, 30), "meetings": 8,
        "weekdays": TUESDAY_THURSDAY,
    }  # fmt: skip
    return Repeat(**given | odd)


def _days(rule: Repeat, calendar: Calendar = NATIONAL) -> list[date]:
    return [each.day for each in rule.timetable(calendar).meetings]


@pytest.mark.parametrize("year", TET)
def test_lunar_holidays_are_known(year):
    known = public_holidays(year)
    eve, second = TET[year] - timedelta(days=1), TET[year] + timedelta(days=1)
    assert {eve, TET[year], second, HUNG_KINGS[year]} <= set(known)
    assert known[TET[year]] == Bilingual("Tết Nguyên Đán", "Lunar New Year")
    for day in ((1, 1), (4, 30), (5, 1), (9, 2)):
        assert date(year, *day) in known


def test_the_rule_of_the_example_gives_eight_sessions():
    days = _days(_rule())
    assert len(days) == 8
    assert (days[0], days[-1]) == (date(2026, 12, 1), date(2026, 12, 24))
    assert {day.weekday() for day in days} == TUESDAY_THURSDAY


def test_what_falls_out_at_tet_is_held_later_and_said():
    table = _rule(first_day=date(2027, 1, 26)).timetable(NATIONAL)
    assert len(table.meetings) == 8
    skipped = {off.day: off.why.vi for off in table.skipped}
    assert skipped == {
        date(2027, 2, 4): "29 Tết", date(2027, 2, 9): "Mùng bốn Tết Nguyên Đán",
    }  # fmt: skip
    assert table.meetings[-1].day == date(2027, 2, 25)


def test_until_a_day_makes_no_session_later():
    days = _days(_rule(meetings=None, until=date(2027, 1, 1), weekdays=frozenset({4})))
    assert (len(days), days[-1]) == (4, date(2026, 12, 25))


def test_every_second_week():
    days = _days(_rule(every_weeks=2, meetings=3))
    assert days == [date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 15)]


def test_days_of_ones_own_are_left_out_and_put_in():
    rule = _rule(
        skip=frozenset({date(2026, 12, 3)}), add=frozenset({date(2026, 12, 5)}), meetings=3
    )
    table = rule.timetable(NATIONAL)
    assert [each.day.day for each in table.meetings] == [1, 5, 8]
    assert [(off.day.day, off.why) for off in table.skipped] == [(3, None)]


def test_a_day_put_in_goes_before_a_holiday():
    rule = _rule(first_day=date(2027, 1, 1), meetings=1, add=frozenset({date(2027, 1, 1)}))
    assert _days(rule) == [date(2027, 1, 1)]


def test_hours_stay_on_the_citys_clock():
    first = _rule().timetable(EVERY_DAY).meetings[0]
    assert f"{clock.local(first.starts_at):%H:%M}" == "18:30"
    assert first.starts_at.tzinfo is not None


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        ({"meetings": None}, NoMeetings),
        ({"meetings": 0}, NoMeetings),
        ({"meetings": 201}, TooManyMeetings),
        ({"meetings": None, "until": date(2026, 11, 30)}, WrongDates),
        ({"meetings": None, "until": date(2036, 11, 30)}, WrongDates),
        (
            {"meetings": None, "until": date(2029, 11, 30), "weekdays": frozenset(range(7))},
            TooManyMeetings,
        ),
        ({"meetings": None, "until": date(2026, 12, 2), "weekdays": frozenset({6})}, NoMeetings),
    ],
)
def test_a_rule_without_a_timetable_is_refused(odd, error):
    with pytest.raises(error):
        _rule(**odd).timetable(NATIONAL)


def test_the_city_and_the_provider_add_days_and_take_holidays_back(app):
    provider, other = ProviderFactory(), ProviderFactory()
    open_day, feast = date(2026, 12, 3), date(2026, 12, 8)
    operations.add_days(None, [feast], Bilingual("Ngày hội thành phố"))
    operations.add_days(provider.id, [open_day], Bilingual("Hội trại"))
    assert _days(_rule(meetings=2), calendar_of(provider.id))[-1] == date(2026, 12, 10)
    assert _days(_rule(meetings=3), calendar_of(other.id))[1:] == [open_day, date(2026, 12, 10)]
    operations.add_days(provider.id, [feast], Bilingual("Vẫn học"), has_classes=True)
    assert _days(_rule(meetings=2), calendar_of(provider.id))[-1] == feast


@pytest.mark.parametrize("of_the_city", [True, False])
def test_a_day_is_named_once(app, of_the_city):
    owner = None if of_the_city else ProviderFactory().id
    days = [date(2026, 12, 2), date(2026, 12, 3)]
    row = operations.add_days(owner, days[:1], Bilingual("Hội trại"))[0]
    with pytest.raises(DayKnown):
        operations.add_days(owner, days, Bilingual("Lần nữa"))
    assert len(calendar_of(owner or 0).words) == 1
    operations.remove_day(owner, row.id)
    assert calendar_of(owner or 0).words == {}
