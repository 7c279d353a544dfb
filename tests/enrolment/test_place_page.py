"""The page of one place, whatever became of it."""

from datetime import time, timedelta

import pytest
import time_machine

from app.core import clock
from app.core.i18n import speaking
from app.enrolment.models import EnrolmentState as State
from app.enrolment.models import FeeStatus
from app.enrolment.place_view import STATES, PlaceView
from tests.factories import EnrolmentFactory, SessionFactory


@pytest.mark.parametrize("kind", State)
def test_every_state_says_where_one_stands_in_both_languages(client, kind):
    until = clock.now() + timedelta(days=1)
    place = EnrolmentFactory(
        state=kind, run=SessionFactory().run, reason="Lớp dành cho người mới",
        offered_until=until if kind is State.OFFERED else None,
        ended_at=None if kind in (State.ENROLLED, State.OFFERED) else clock.now(),
        fee=150_000, fee_status=FeeStatus.DUE,
        terms={"fee": 150_000, "starts_on": "2026-12-01", "ends_on": "2026-12-29"},
    )  # fmt: skip
    here = f"/vi/places/{place.code}"
    client.send(here, {"phone": place.person.phone})
    page = client.page(here)
    with speaking("vi"):
        assert page.h1.text.strip() == str(STATES[kind])
        assert PlaceView(place).why in page.main.text
    assert "Lớp dành cho người mới" in page.main.text
    if kind is not State.VOID:
        assert "150.000" in page.main.text
    english = client.page(here.replace("/vi/", "/en/"))
    with speaking("en"):
        assert english.h1.text.strip() == str(STATES[kind])


def test_answers_and_fee_are_said_in_words(client):
    questions = [
        {"id": "a1", "text_vi": "Bạn có máy tính không?", "kind": "yes_no"},
        {
            "id": "a2",
            "text_vi": "Chọn buổi",
            "kind": "choice",
            "options": [["Sáng", ""], ["Chiều", ""]],
        },
    ]
    groups = [{"code": "poor", "name_vi": "Hộ nghèo", "name_en": "Poor", "fee": 0}]
    run = SessionFactory(run__questions=questions, run__fee_groups=groups, run__fee=90_000).run
    place = EnrolmentFactory(
        run=run, answers={"a1": "no", "a2": "1"}, fee=0, fee_group="poor",
        fee_status=FeeStatus.WAIVED, fee_reason="Giấy chứng nhận số 12",
    )  # fmt: skip
    here = f"/vi/places/{place.code}"
    client.send(here, {"phone": place.person.phone})
    text = client.page(here).main.text
    for words in ("Bạn có máy tính không?", "Không", "Chiều", "Hộ nghèo", "Giấy chứng nhận số 12"):
        assert words in text


@pytest.mark.parametrize("kind", [State.ENROLLED, State.WAITING])
def test_after_the_last_day_there_is_nothing_left_to_do(client, kind):
    place = EnrolmentFactory(state=kind, run=SessionFactory().run)
    here = f"/vi/places/{place.code}"
    with time_machine.travel(clock.at(place.run.ends_on + timedelta(days=1), time(9))):
        client.send(here, {"phone": place.person.phone})
        page = client.page(here)
        assert page.h1.text == "Lớp đã kết thúc"
        assert not page.select('a[href$="/withdraw"], a[href$="/move"]')
