"""What matches best comes first; among equals, what a person can really take."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.search import indexing
from app.search.filters import CourseFilter
from tests.factories import RunFactory
from tests.search.catalogue import course, titled

OPEN, QUEUE = {"open": True, "soonest": 20_010}, {"open": True, "full": True, "soonest": 20_000}
TO_COME, OVER = {"open": False, "soonest": 20_000}, {"open": False, "soonest": None}


def ids(engine, q, **wanted) -> list[str]:
    return [hit.id for hit in engine.search(CourseFilter(q, **wanted)).hits]


def test_a_seat_comes_before_a_queue_and_what_is_over_comes_last(embedded):
    states = [OVER, QUEUE, OPEN, TO_COME]
    embedded.rebuild([course(n, title_vi="Yoga", **state) for n, state in enumerate(states, 1)])
    assert ids(embedded, "yoga ") == ["course-3", "course-2", "course-4", "course-1"]


def test_among_equals_what_begins_soonest_comes_first(embedded):
    days = [20_030, 20_010, 20_020]
    embedded.rebuild(
        [course(n, title_vi="Yoga", open=True, soonest=day) for n, day in enumerate(days, 1)]
    )
    assert ids(embedded, "yoga ") == ["course-2", "course-3", "course-1"]


def test_the_better_match_comes_first_even_when_it_is_full(embedded):
    embedded.rebuild(
        [
            course(1, title_vi="Nấu ăn", summary_vi="có yoga", **OPEN),
            course(2, title_vi="Yoga", **OVER),
        ]
    )
    assert ids(embedded, "yoga ") == ["course-2", "course-1"]


def test_near_a_place_what_is_over_still_comes_last(embedded):
    here, there = (10.77, 106.70), (10.80, 106.75)
    embedded.rebuild(
        [
            course(1, title_vi="Yoga", geo=(here,), **OVER),
            course(2, title_vi="Yoga", geo=(there,), **OPEN),
            course(3, title_vi="Yoga", geo=(here,), **OPEN),
        ]
    )
    assert ids(embedded, "yoga", sort="nearest", near=here) == ["course-3", "course-2", "course-1"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("hàn ", "Hàn điện"), ("tiếng hàn ", "Tiếng Hàn"), ("vẽ ", "Vẽ chì"), ("ve ", "Vẽ chì")],
)
def test_the_subject_that_was_meant_comes_before_a_word_like_it(embedded, typed, first):
    shelf = titled("Tiếng Hàn", "Vẽ móng", "Hàn điện", "Kể về làng", "Vẽ chì")
    embedded.rebuild(shelf)
    shown = {document.id: document.title_vi for document in shelf}
    assert shown[ids(embedded, typed)[0]] == first


def test_a_run_with_a_queue_only_is_told_from_one_with_seats(app):
    later = clock.today() + timedelta(days=30)
    full = RunFactory(capacity=1, seats_taken=1, waiting_capacity=5, starts_on=later).course_id
    free = RunFactory(capacity=2, seats_taken=1, starts_on=later).course_id
    db.session.commit()
    found = {one.id: one for one in indexing.courses([full, free])}
    assert {n: found[f"course-{n}"].waiting for n in (full, free)} == {full: 1, free: 0}
