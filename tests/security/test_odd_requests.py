"""Requests that are too much, or that no browser makes, cost little and change nothing."""

import pytest

from tests.factories import CourseFactory, EnrolmentFactory, RunFactory

LONG = "a" * 7000


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"/vi/courses?q={LONG}", 200),
        (f"/vi/suggest?q={LONG}", 200),
        (f"/vi/courses?q={LONG}{LONG}", 414),
        (f"/vi/courses?near={LONG}{LONG}", 414),
        (f"/vi/places/{LONG}{LONG}", 414),
        (f"/vi/{LONG}{LONG}", 414),
        ("/vi/courses?" + "&".join(f"topic=x{n}" for n in range(5000)), 414),
        ("/vi/courses?page=1000000000", 200),
        ("/vi/courses?page=0000000019999", 200),
        (f"/vi/courses?page=00000000{'9' * 5000}", 200),
        ("/vi/providers/none?page=0000000019999", 404),
        ("/sitemap.xml?part=99999999999999999999", 404),
        ("/vi/courses/2147483648", 404),
        ("/vi/courses/9223372036854775808-x", 404),
        ("/vi/runs/99999999999999999999/enrol", 404),
        ("/vi/providers/a%00b", 404),
        ("/vi/places/%00", 404),
        ("/vi/courses?q=%00", 400),
        ("/vi/courses?%00=1", 400),
        ("/vi/courses?q=%ed%a0%80", 200),
        ("/vi/%ff%fe", 404),
    ],
)
def test_an_odd_address_is_answered_and_not_repeated_at_length(client, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    assert len(answer.data) < 120_000


def test_a_page_does_not_grow_with_what_the_address_repeats(client, run_jobs):
    """Every filter has a link that keeps the others: what nobody asked us for is not kept."""
    RunFactory(course=CourseFactory())
    run_jobs()
    filters = "when=morning&when=evening&when=weekend&mode=online&mode=in_person&free=1&open=1"
    plain = client.get(f"/vi/courses?{filters}")
    padded = client.get(f"/vi/courses?{filters}&x={LONG}")
    assert len(padded.data) < len(plain.data) + 5 * len(LONG)


@pytest.mark.parametrize("field", ["ward_code", "full_name", "step", "form_key", "sex", "queue"])
def test_a_form_with_a_nul_is_refused(client, state, field):
    run = RunFactory()
    token, before = client.token(), state()
    data = {"csrf_token": token, "step": "send", field: "a\0b"}
    assert client.post(f"/vi/runs/{run.id}/enrol", data=data).status_code == 400
    assert state() == before


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "x" * 3_000_000}, 413),
        ([(f"f{n}", "x") for n in range(5000)], 422),
        ({"name": "x" * 500_000, "password": "\u1ebf" * 100_000}, 422),
    ],
)
def test_an_endless_form_is_refused(client, state, data, status):
    pairs = [*(data.items() if isinstance(data, dict) else data)]
    token, before = client.token(), state()
    body = {"csrf_token": token, **dict(pairs)}
    assert client.post("/vi/sign-in", data=body).status_code == status
    assert state() == before


def test_a_form_of_endless_parts_is_refused(client):
    parts = {f"f{n}": "x" for n in range(3000)}
    answer = client.post("/vi/sign-in", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "FOO"])
@pytest.mark.parametrize("address", ["/vi/courses", "/vi/sign-out", "/vi/places/ABCDE12345"])
def test_other_methods_are_not_served(client, state, method, address):
    before = state()
    answer = client.open(address, method=method)
    assert answer.status_code == 405
    assert state() == before


@pytest.mark.parametrize("value", ["bytes=0-,1-,2-", "bytes=0-0", "bytes=-1", "lines=1"])
def test_a_page_is_sent_whole(client, value):
    answer = client.get("/vi/help", headers={"Range": value})
    assert answer.status_code == 200
    assert answer.data == client.get("/vi/help").data


@pytest.mark.parametrize(
    "capacity", ["000000000009999999999999999999", "9" * 5000, "-1", "1e9", "٣"]
)
def test_a_number_beyond_the_database_is_a_wrong_number(ours, state, capacity):
    token = ours.owner.token()
    before, address = state(), f"/vi/provider/{ours.slug}/runs/{ours.ids['run_id']}"
    fields = {"csrf_token": token, "enrol_from": "01/01/2026", "enrol_until": "02/01/2026"}
    fields |= {"mode": "in_person", "language": "vi", "venue_id": "0", "capacity": capacity}
    assert ours.owner.post(address, data=fields).status_code == 422
    assert state() == before


@pytest.mark.parametrize("number", ["99999999999999999999", "9" * 5000, "-1", "1.5", "2147483648"])
@pytest.mark.parametrize("field", ["present", "headcount", "version"])
def test_a_register_takes_no_number_that_is_none_of_its_own(ours, state, number, field):
    token = ours.teacher.token()
    before = state()
    fields = {"csrf_token": token, "headcount": "0", "version": "0", field: number}
    address = f"/vi/provider/{ours.slug}/sessions/{ours.ids['session_id']}/attendance"
    assert ours.teacher.post(address, data=fields).status_code in (409, 422)
    assert state() == before


def test_a_place_has_one_spelling_of_nothing(client):
    """A code that does not exist and another's look alike, also at their odd spellings."""
    code = EnrolmentFactory().code
    for path in ("/vi/places/{}", "/vi/places/{}/slip", "/vi/places/{}/withdraw"):
        bodies, statuses = set(), set()
        for each in (code, code.lower(), f"{code[:5]}-{code[5:]}", "ZZZZZZZZZZ", "0", "🙂"):
            answer = client.get(path.format(each))
            text = answer.get_data(as_text=True)
            bodies.add(len(text.replace(each, "")) if answer.status_code == 200 else 0)
            statuses.add(answer.status_code)
        assert len(statuses) == 1
