"""Providers, venues, courses, runs and sessions of the demo city."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.catalogue.models import (
    ClassSession,
    Course,
    CourseStatus,
    Mode,
    Run,
    RunStatus,
    SessionStatus,
    course_audiences,
)
from app.core import clock, vi
from app.home.demo.rows import Rows
from app.home.demo.texts import CourseText
from app.places.models import Venue
from app.providers.models import Provider, ProviderStatus, Site
from app.resources.models import Licence, Resource, ResourceFormat

Rhythm = tuple[tuple[int, ...], time]
"""Weekdays (0 Monday) and the hour at which a run meets."""

LONGEST = 20  # meetings of one run; long vocational courses are shown as terms
_EVENING, _MORNING, _AFTERNOON = time(18, 30), time(8, 30), time(14, 0)
_WORKING_HOURS = ((1, 3), (0, 2), (2, 4), (0, 2, 4))
_WEEKEND = ((5,), (6,), (5, 6))
_INVENTED_VI = (
    "Đơn vị này được dựng lên cho thành phố minh họa. Không có cơ sở thật nào mang thông tin ở đây."
)
_INVENTED_EN = (
    "This organisation was invented for the demo city. No real institution is described here."
)


@dataclass(frozen=True, slots=True)
class Teacher:
    """A provider as the other builders need it."""

    id: int
    type: str
    ward: str
    venues: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A course of the demo with where it came from."""

    id: int
    text: CourseText
    teacher: Teacher


@dataclass(frozen=True, slots=True)
class Plan:
    """A run with its meetings, ready to be filled with people."""

    id: int
    offer: Offer
    capacity: int | None
    meetings: tuple[tuple[int, datetime, datetime], ...]  # session id, start, end
    mode: Mode
    opened: date
    closes: date


def add_providers(
    rows: Rows, entries: list[dict[str, str]], types: dict[str, int], units: dict[str, "Spot"]
) -> list[Teacher]:
    """Each provider with one venue of its own; community centres have a second room."""
    teachers = []
    for at, entry in enumerate(entries):
        spot = units[entry["ward"]]
        number = rows.add(
            Provider,
            slug=entry["slug"],
            name_vi=entry["vi"],
            name_en=entry["en"],
            type_id=types[entry["type"]],
            status=ProviderStatus.ACTIVE,
            unit_id=spot.id,
            phone=f"+8428{38000000 + at * 137}",
            email=f"lienhe@{entry['slug']}.example",
            about_vi=_INVENTED_VI,
            about_en=_INVENTED_EN,
        )
        rooms = _venues(rows, entry, spot, number, at)
        teachers.append(Teacher(number, entry["type"], entry["ward"], rooms))
    return teachers


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a ward lies."""

    id: int
    latitude: float | None
    longitude: float | None


def _venues(
    rows: Rows, entry: dict[str, str], spot: Spot, provider: int, at: int
) -> tuple[int, ...]:
    names = [(entry["vi"], entry["en"])]
    if entry["type"] == "community-learning-centre":
        place_vi = entry["vi"].split(" cộng đồng ")[-1]
        place_en = entry["en"].removesuffix(" Community Learning Centre")
        quarter = at % 9 + 1
        hall = (
            f"Nhà sinh hoạt khu phố {quarter}, {place_vi}",
            f"Neighbourhood hall {quarter}, {place_en}",
        )
        names.append(hall)
    found = []
    for room, (name_vi, name_en) in enumerate(names):
        venue = rows.add(
            Venue,
            name_vi=name_vi[:200],
            name_en=name_en[:200],
            address=entry["street"],
            unit_id=spot.id,
            latitude=spot.latitude,
            longitude=spot.longitude,
            step_free=(at + room) % 3 != 0,
            hearing_loop=at % 11 == 0,
            bus_lines="" if at % 4 else f"{at % 60 + 1}, {at % 90 + 10}",
        )
        rows.add(Site, provider_id=provider, venue_id=venue, code=f"P{room + 1}")
        found.append(venue)
    return tuple(found)


def add_courses(
    rows: Rows,
    dice: random.Random,
    texts: list[CourseText],
    teachers: list[Teacher],
    ids: "Vocabulary",
    target: int,
) -> list[Offer]:
    """Every text somewhere, then the popular ones at more providers, until there are `target`."""
    offers: list[Offer] = []
    used: set[tuple[str, int]] = set()
    rounds = 0
    while len(offers) < target and rounds < 6:
        for text in texts:
            fitting = [t for t in teachers if text.fits(t.type) and (text.key, t.id) not in used]
            if fitting and len(offers) < target:
                teacher = dice.choice(fitting)
                used.add((text.key, teacher.id))
                offers.append(_course(rows, text, teacher, ids, is_draft=len(offers) % 57 == 56))
        rounds += 1
    return offers


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Slugs of the vocabulary lists -> row ids."""

    topics: dict[str, int]
    audiences: dict[str, int]


def _course(
    rows: Rows, text: CourseText, teacher: Teacher, ids: Vocabulary, *, is_draft: bool
) -> Offer:
    number = rows.add(
        Course,
        provider_id=teacher.id,
        external_id=None,
        topic_id=ids.topics[text.topic],
        isced_f=text.isced,
        cla=text.cla,
        job_related=text.job_related,
        status=CourseStatus.DRAFT if is_draft else CourseStatus.PUBLISHED,
        published_at=None if is_draft else clock.now() - timedelta(days=200),
        version=1,
        **{name: vi.clean_lines(words) for name, words in text.words.items()},
    )
    for slug in text.audiences:
        rows.add(course_audiences, course_id=number, audience_id=ids.audiences[slug])
    return Offer(number, text, teacher)


def add_run(
    rows: Rows,
    dice: random.Random,
    offer: Offer,
    start: date,
    *,
    capacity: int | None,
    rhythm: Rhythm | None = None,
) -> Plan:
    """A run whose first meeting is on or after `start`; nobody has a place on it yet."""
    meetings = _meetings(offer.text, start, rhythm or _rhythm(dice, offer.text))
    first, last = clock.local(meetings[0][0]).date(), clock.local(meetings[-1][1]).date()
    mode = Mode(dice.choice(offer.text.modes))
    opened, closes = first - timedelta(days=45), first - timedelta(days=1)
    number = rows.add(
        Run,
        course_id=offer.id,
        starts_on=first,
        ends_on=last,
        enrol_from=opened,
        enrol_until=closes,
        capacity=capacity,
        waiting_capacity=20,
        seats_taken=0,
        waiting=0,
        fee=offer.text.fee,
        mode=mode,
        language="en" if "foreigners" in offer.text.audiences else "vi",
        venue_id=None
        if mode in (Mode.ONLINE, Mode.SELF_PACED)
        else dice.choice(offer.teacher.venues),
        online_link="https://example.org/lop-hoc" if mode in (Mode.ONLINE, Mode.BLENDED) else "",
        teacher="",
        status=RunStatus.PLANNED,
    )
    placed = tuple(
        (
            rows.add(
                ClassSession,
                run_id=number,
                starts_at=begin,
                ends_at=end,
                venue_id=None,
                status=SessionStatus.PLANNED,
            ),
            begin,
            end,
        )
        for begin, end in meetings
    )
    return Plan(number, offer, capacity, placed, mode, opened, closes)


def _meetings(text: CourseText, start: date, rhythm: Rhythm) -> list[tuple[datetime, datetime]]:
    days, hour = rhythm
    found: list[tuple[datetime, datetime]] = []
    day = start
    while len(found) < min(text.sessions, LONGEST):
        if day.weekday() in days:
            begin = clock.at(day, hour)
            found.append((begin, begin + timedelta(minutes=text.minutes)))
        day += timedelta(days=1)
    return found


def _rhythm(dice: random.Random, text: CourseText) -> Rhythm:
    """Older people come in the morning, children at the weekend, workers in the evening."""
    if "older-people" in text.audiences:
        return dice.choice(_WORKING_HOURS), dice.choice((_MORNING, _MORNING, _AFTERNOON))
    if "children" in text.audiences or text.minutes > 180:
        return dice.choice(_WEEKEND), dice.choice((_MORNING, _AFTERNOON))
    if dice.random() < 0.3:
        return dice.choice(_WEEKEND), dice.choice((_MORNING, _AFTERNOON))
    return dice.choice(_WORKING_HOURS), dice.choice((_EVENING, _EVENING, _EVENING, _MORNING))


def add_resources(
    rows: Rows,
    dice: random.Random,
    entries: list[dict[str, str]],
    teachers: list[Teacher],
    ids: Vocabulary,
) -> None:
    """Learning resources, published mostly by libraries and museums."""
    keepers = [t for t in teachers if t.type in ("library", "museum", "university", "association")]
    for entry in entries:
        rows.add(
            Resource,
            provider_id=dice.choice(keepers).id,
            topic_id=ids.topics[entry["topic"]],
            title_vi=entry["title_vi"],
            title_en=entry["title_en"],
            summary_vi=entry["summary_vi"],
            summary_en=entry["summary_en"],
            url=entry["url"],
            licence=Licence(entry["licence"]),
            format=ResourceFormat(entry["format"]),
            languages=entry["language"],
            status=CourseStatus.PUBLISHED,
            reviewed_on=clock.today() - timedelta(days=dice.randint(5, 600)),
            version=1,
        )
