"""Where personal data may not appear: caches, search engines, logs, the search index."""

import io
import json
import logging

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Person
from app.catalogue import operations as catalogue
from app.catalogue.models import CourseStatus
from app.core import jobs
from app.core.config import current
from app.core.db import db, transaction
from app.core.jobs import Job
from app.core.logs import JsonLines
from app.enrolment.models import EnrolmentState
from app.resources import operations as resources
from app.search import in_step
from app.search.embedded.store import Store, at, live_version
from tests.factories import (
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    ResourceFactory,
    RunFactory,
    WardFactory,
)
from tests.guards.routes import filled, rules
from tests.security.conftest import CANARY_NAME, CANARY_PHONE
from tests.security.test_other_providers import _address, _rules

PACKED = {"Accept-Encoding": "br, gzip"}
CANARY_CODE = "7K2MZZ9XWQ"


def _place(**given):
    person = PersonFactory(full_name=CANARY_NAME, phone=CANARY_PHONE)
    return EnrolmentFactory(code=CANARY_CODE, person=person, **given)


def _opened(client):
    client.send(f"/vi/places/{CANARY_CODE}", {"phone": CANARY_PHONE})
    return client


def test_a_page_with_a_token_or_for_one_browser_is_kept_nowhere(app, ours, client):
    """Nor is it compressed: text of a stranger's choice beside a secret tells the secret."""
    _place()
    visitor, texts = _opened(client), {"lang": "vi", "code": CANARY_CODE, "slug": ours.slug}
    for rule in rules(app, "GET"):
        mine = rule in _rules(app, "GET")
        address = _address(rule, ours.slug, ours.ids) if mine else filled(rule, texts)
        for browser in (ours.owner, visitor, app.test_client()):
            answer = browser.get(address, headers=PACKED)
            is_personal = browser in (ours.owner, visitor) or b"csrf_token" in answer.data
            if is_personal and "public" not in answer.headers["Cache-Control"]:
                assert answer.headers["Cache-Control"] == "no-store", address
                assert "Content-Encoding" not in answer.headers, address
                assert "ETag" not in answer.headers, address


def test_a_visitor_s_pages_set_no_cookie_that_would_keep_them_out_of_caches(app, client):
    texts = {"lang": "vi", "code": "26734", "slug": "trung-tam-1"}
    for rule in rules(app, "GET"):
        answer = client.get(filled(rule, texts))
        if answer.headers["Cache-Control"] != "no-store":
            assert "Set-Cookie" not in answer.headers, rule.rule


def test_search_engines_keep_no_page_of_a_place(client):
    _place()
    for path in ("", "/slip", "/withdraw", ".ics"):
        answer = _opened(client).get(f"/vi/places/{CANARY_CODE}{path}")
        assert answer.headers["X-Robots-Tag"] == "noindex"
    closed = client.get("/robots.txt").get_data(as_text=True)
    for path in ("places/", "my-place", "runs/", "provider/", "staff/", "me"):
        assert f"/vi/{path}" in closed


@pytest.fixture
def written(app):
    """What the application writes to its log, whole lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)


def _is_clean(text: str) -> bool:
    last_digits = CANARY_PHONE.removeprefix("+84")
    return not any(word in text for word in (CANARY_NAME, CANARY_CODE, last_digits))


def test_the_log_names_nobody_and_opens_nothing(client, run_jobs, written):
    WardFactory(name_vi="Bến Thành", full_name_vi="Phường Bến Thành")
    run = RunFactory()
    _place(run=run)
    phone = f"0{CANARY_PHONE.removeprefix('+84')}"
    details = {
        "full_name": CANARY_NAME, "phone": phone, "birth-year": "1960", "outside": "y",
        "sex": "female", "step": "send", "form_key": "f" * 20,
    }  # fmt: skip
    client.send(f"/vi/runs/{run.id}/enrol", details)
    client.send("/vi/my-place/lost-code", {"full_name": CANARY_NAME, "phone": phone})
    client.send("/vi/my-place", {"code": CANARY_CODE, "phone": phone})
    for path in ("", "/slip", "/withdraw", ".ics", "/typing-error", "/"):
        client.get(f"/vi/places/{CANARY_CODE}{path}")
    client.get(f"/en/places/{CANARY_CODE.lower()}")
    run_jobs()
    assert '"path": "/vi/places/*/slip"' in written()
    assert _is_clean(written().upper())
    assert _is_clean(written())


def test_an_error_of_the_database_tells_no_value(app, written):
    values = {"full_name": CANARY_NAME, "phone": CANARY_PHONE, "sort_key": "x", "born_in": 1}
    with pytest.raises(IntegrityError) as caught, transaction() as session:
        session.add(Person(**values))
    db.session.rollback()
    logging.getLogger("app.x").error("hỏng", exc_info=caught.value.with_traceback(None))
    assert "INSERT INTO persons" in written()
    assert CANARY_PHONE not in written()
    assert CANARY_NAME not in written()


def test_jobs_and_letters_shown_to_administrators_carry_numbers_only(app, client, run_jobs):
    run = RunFactory()
    place = _place(run=run, state=EnrolmentState.ENROLLED)
    client.send("/vi/my-place/lost-code", {"full_name": CANARY_NAME, "phone": CANARY_PHONE})
    payloads = [json.dumps(job.event, ensure_ascii=False) for job in db.session.query(Job)]
    assert f'{{"enrolment_id": {place.id}}}' in payloads
    assert all(_is_clean(payload) for payload in payloads)
    assert jobs.failing() == []


def _indexed() -> str:
    with Store(current().data_dir / "search.db").reading() as index:
        rows = index.execute(at(live_version(index), "SELECT * FROM docs_vN")).fetchall()
    return " ".join(map(str, rows))


def test_the_index_holds_nothing_but_what_is_published(app, run_jobs):
    """Its texts are read whole: no draft, no withdrawn course, no phone, no private link."""
    secret = {"online_link": "https://meet.example.org/secret", "capacity": 12345}
    shown = RunFactory(course=CourseFactory(title_vi="Lớp được thấy"), **secret)
    shown.course.provider.phone, shown.course.provider.email = CANARY_PHONE, "canary@example.org"
    _place(run=shown)
    for status in (CourseStatus.DRAFT, CourseStatus.WITHDRAWN):
        RunFactory(course=CourseFactory(status=status, title_vi="Lớp chưa ai thấy"))
        ResourceFactory(status=status, title_vi="Sách chưa ai thấy")
    db.session.commit()
    in_step.rebuild()
    text = _indexed()
    assert "Lớp được thấy" in text
    for word in ("chưa ai thấy", "meet.example.org", "canary@", "12345", CANARY_CODE):
        assert word not in text
    assert _is_clean(text)


def test_what_is_withdrawn_leaves_the_index(app, run_jobs):
    """By its event alone, without a new index."""
    course = RunFactory(course=CourseFactory(title_vi="Lớp rút lại")).course
    resource = ResourceFactory(title_vi="Sách rút lại")
    resources.publish(resource.id)
    catalogue.publish(course.id)
    run_jobs()
    assert _indexed().count("rút lại") >= 2
    resources.withdraw(resource.id)
    catalogue.withdraw(course.id)
    run_jobs()
    assert "rút lại" not in _indexed()


@pytest.mark.parametrize(
    "query",
    [
        "filter=status=draft", "facets=*", "sort=phone", "sort=provider.phone", "status=draft",
        "topic=x%27%20OR%201=1", "provider=*", "ward=%25", "kind=person", "q=NOT%20x", "q=*",
        "q=%22chưa%20ai%20thấy%22", "q=title_vi:chưa",
    ],
)  # fmt: skip
def test_no_question_reaches_what_is_not_published(client, run_jobs, query):
    RunFactory(course=CourseFactory(status=CourseStatus.DRAFT, title_vi="Lớp chưa ai thấy"))
    ResourceFactory(status=CourseStatus.WITHDRAWN, title_vi="Sách chưa ai thấy")
    run_jobs()
    for page in ("courses", "resources"):
        answer = client.get(f"/vi/{page}?{query}")
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        assert "Lớp chưa ai thấy" not in text
        assert "Sách chưa ai thấy" not in text
    assert client.get("/vi/suggest?q=chưa ai").get_json() == []
