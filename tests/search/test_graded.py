"""How good the answers are on the development set; `tests.benchmarks.search_quality` prints it."""

import pytest

from tests.search.graded import courses, measure, questions

pytestmark = pytest.mark.on_any_database

NDCG, LEAST_OF_A_CLASS, EMPTY = 0.88, 0.75, 0.01


@pytest.fixture
def city(embedded):
    embedded.rebuild(one.document for one in courses.made())
    return embedded


def test_the_set_is_large_and_graded_by_attributes_alone():
    assert len(courses.made()) >= 500
    both = [*questions.tuned(), *questions.held_out()]
    assert len([one for one in both if one.grades()]) >= 200
    assert len({one.group for one in both}) == 15
    assert courses.made() == courses.made.__wrapped__()


def test_answers_are_as_good_as_when_they_were_measured(city):
    halves = [
        measure.scores(asked(), lambda text: measure.answers(city, city, text))
        for asked in (questions.tuned, questions.held_out)
    ]
    for half in halves:
        *_, whole = measure.lines(half)
        assert whole.ndcg >= NDCG
        assert whole.zero <= EMPTY
    *classes, _ = measure.lines([score for half in halves for score in half])
    assert [line for line in classes if line.ndcg < LEAST_OF_A_CLASS] == []
