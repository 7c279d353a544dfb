"""What everybody is told alike, before anything is asked about a person."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.models import RunStatus
from app.core import alike, clock
from app.core.db import db, transaction
from app.core.throttle import Attempt
from app.enrolment.models import Enrolment
from tests.client import read
from tests.factories import RunFactory

HERE = "/vi/runs/{}/enrol"
BINH = {
    "full_name": "Trần Văn Bình", "phone": "0912 345 678", "birth-year": "1955",
    "outside": "y", "sex": "not_stated",
}  # fmt: skip


@pytest.fixture
def form(client):
    """The answers on a form that was opened while the class took people."""

    def opened(run, **odd):
        page = client.page(HERE.format(run.id))
        return {**BINH, "form_key": page.select_one("input[name=form_key]")["value"], **odd}

    return opened


@pytest.fixture
def send(client):
    def sent(run, data, status=409, where=HERE):
        address = where.format(run.id)
        return client.send(address, {**data, "step": "send"}, status=status, page="/vi/help/report")

    return sent


def change(run, **values):
    with transaction():
        for name, value in values.items():
            setattr(run, name, value)


def forget_places(client):
    with client.session_transaction() as held:
        held.pop("places", None)


YESTERDAY = -timedelta(days=1)


@pytest.mark.parametrize(
    ("meanwhile", "says"),
    [
        (lambda: {"capacity": 0}, "đều đã hết chỗ"),
        (lambda: {"enrol_until": clock.today() + YESTERDAY}, "đã hết hạn"),
        (lambda: {"status": RunStatus.CANCELLED}, "đã bị hủy"),
        (lambda: {"enrol_from": clock.today() - YESTERDAY}, "chưa mở đăng ký"),
    ],
)
def test_a_class_that_closed_meanwhile_says_why_and_what_else_there_is(form, send, meanwhile, says):
    run = RunFactory(waiting_capacity=0)
    typed = form(run)
    change(run, **meanwhile())
    refused = read(send(run, typed))
    assert says in refused.select_one("main").text
    assert refused.select('main a[href="/vi/courses"]')
    assert not refused.select("main button")
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_nobody_s_attempts_are_used_up_at_a_closed_door(form, send):
    run = RunFactory(waiting_capacity=0)
    typed = form(run)
    change(run, capacity=0)
    for number in range(12):
        send(run, {**typed, "phone": f"09123450{number:02}"})
    assert db.session.scalars(select(Attempt.subject)).all() == []


def test_the_form_that_took_the_last_place_leads_to_it_when_it_comes_again(client, form, send):
    run = RunFactory(capacity=1, waiting_capacity=0)
    typed = form(run)
    first = send(run, typed, 303)
    forget_places(client)  # the answer was lost on its way
    assert send(run, typed, 303).location == first.location


def test_a_closed_door_does_not_tell_who_is_inside(client, form, send):
    run = RunFactory(capacity=1, waiting_capacity=0)
    typed = form(run)
    send(run, typed, 303)
    forget_places(client)
    inside = send(run, {**typed, "form_key": "another"}).text
    outside = send(run, {**typed, "form_key": "another", "phone": "0987654321"}).text
    assert inside == outside


def test_every_reader_gets_the_page_in_their_own_language_and_size(client, form, send):
    run = RunFactory(waiting_capacity=0)
    typed = form(run)
    change(run, capacity=0)
    assert read(send(run, typed)).html["lang"] == "vi"
    assert read(send(run, typed, where="/en/runs/{}/enrol")).html["lang"] == "en"
    client.set_cookie("display", "150-dark")
    large = read(send(run, typed)).html
    assert (large["data-text"], large["data-scheme"]) == ("150", "dark")


def test_what_was_typed_is_there_again_when_a_place_is_free_after_all(client, form, send):
    run = RunFactory(waiting_capacity=0)
    typed = form(run)
    client.send(HERE.format(run.id), {**typed, "step": "check"})
    change(run, capacity=0)
    send(run, typed)
    change(run, capacity=20)
    page = client.page(HERE.format(run.id))
    assert page.select_one("input[name=full_name]")["value"] == BINH["full_name"]


def test_who_is_enrolled_already_reads_what_to_do_and_is_counted(client, form, send):
    run = RunFactory()
    typed = form(run)
    send(run, typed, 303)
    forget_places(client)
    refused = read(send(run, {**typed, "form_key": "another"}))
    ways = [link["href"] for link in refused.select(".ways a")]
    assert ways[:2] == ["/vi/my-place", "/vi/my-place/lost-code"]
    assert HERE.format(run.id) in ways
    assert db.session.scalar(select(func.max(Attempt.count))) == 2


def test_what_somebody_s_address_says_is_on_no_other_page(client):
    here = HERE.format(RunFactory(capacity=0, waiting_capacity=0).id)
    assert "mine" in client.get(f"{here}?from=mine").text
    assert "mine" not in client.get(here).text
    assert "mine" not in client.get(f"{here}?from=another").text


def test_no_page_for_everybody_holds_the_token_of_one_browser(in_page):
    with pytest.raises(RuntimeError, match="token"):
        in_page("vi", alike.page, "a form", 1, lambda: '<input name="csrf_token" value="mine">')
