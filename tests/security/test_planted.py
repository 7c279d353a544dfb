"""Marked names, phones, addresses and numbers are planted and must turn up nowhere they may not."""

import io
import json
import logging
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import jobs
from app.core.access import ProviderRole
from app.core.archive import write
from app.core.audit import AuditEntry
from app.core.config import current
from app.core.db import Base, db
from app.core.jobs import Job
from app.core.logs import JsonLines
from app.participation import store
from app.participation.operations import rebuild
from app.search import in_step
from tests import raw
from tests.factories import (
    AccountFactory,
    AttendanceFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    RegisterFactory,
    SessionFactory,
    StaffFactory,
)

NAME, PHONE, MAIL, NUMBER = (
    "Zịt Mộc Đánh Dấu",
    "0919777333",
    "danhdau77@example.org",
    "079160123457",
)
MARKS = re.compile(
    r"đánh dấu|danh dau|danh%20d|919777333|919 777 333|danhdau77|079160123457", re.IGNORECASE
)


@pytest.fixture
def written(app):
    """What the application writes to its log, whole lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)


def _files(folder: Path) -> dict[str, str]:
    """Every file the application keeps, but the database and letters that are on their way."""
    mine = [path for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in mine if "outbox" not in path.parts]
    return {p.name: raw.content(p).decode("utf-8", "replace") for p in kept}


def _visit(client, run) -> list[str]:
    """Enrol, mistype, ask for codes, sign in with wrong ones; the addresses led to."""
    details = {
        "full_name": NAME, "phone": PHONE, "birth-year": "1960", "outside": "y", "sex": "female",
        "step": "send", "form_key": "f" * 20, "email": MAIL,
    }  # fmt: skip
    led = [client.post(f"/vi/runs/{run.id}/enrol", data={"csrf_token": client.token(), **details})]
    token = client.token()
    for url, fields in (
        ("/vi/sign-in", {"name": PHONE, "password": NAME}),
        ("/vi/sign-in", {"name": MAIL, "way": "code"}),
        ("/vi/sign-in", {"name": PHONE}),
        ("/vi/sign-in/new-password", {"name": MAIL}),
        ("/vi/my-place", {"code": "XXXXX00000", "phone": PHONE}),
        ("/vi/my-place/lost-code", {"full_name": NAME, "phone": PHONE}),
        ("/vi/me/national-id", {"national_id": NUMBER}),
        (f"/vi/runs/{run.id}/enrol", {"full_name": NAME, "phone": f"{PHONE}99"}),
    ):
        led.append(client.post(url, data={"csrf_token": token, **fields}))
    return [answer.headers.get("Location", "") for answer in led]


def _staff_at_work(app, run, account) -> None:
    """Class lists and registers are read, and people are searched for, by those who may."""
    member = StaffFactory(provider=run.course.provider, role=ProviderRole.OWNER)
    owner = app.test_client().sign_in(member.account)
    for path in ("roster", "roster.csv", "registers"):
        owner.get(f"/vi/provider/{member.provider.slug}/runs/{run.id}/{path}")
    staff = app.test_client().sign_in(account)
    for url in ("/vi/staff/duplicates", "/vi/staff/requests", "/vi/staff/accounts"):
        staff.get(url)


def _found(texts: Iterable[str]) -> list[str]:
    return [mark[0] for text in texts if (mark := MARKS.search(text))]


def _public(app, run) -> list[str]:
    """What everybody may read, and what mistakes are answered with."""
    visitor = app.test_client()
    fields = {"csrf_token": visitor.token(), "full_name": NAME, "phone": PHONE}
    pages = [
        "/vi/", "/vi/courses", f"/vi/courses/{run.course_id}", "/vi/resources", "/sitemap.xml",
        f"/vi/providers/{run.course.provider.slug}", "/robots.txt", "/vi/khong-co", "/vi/privacy",
        f"/vi/runs/{run.id}/enrol", f"/vi/suggest?q={NAME[:5]}", f"/vi/courses/{2**31 - 1}",
        "/vi/places/KHONGCO000", "/vi/places/KHONGCO000.ics",
    ]  # fmt: skip
    answers = [visitor.get(page) for page in pages]
    answers.append(visitor.post("/vi/khong-co", data=fields))
    answers.append(visitor.post(f"/vi/runs/{run.id}/enrol", data={**fields, "csrf_token": "x"}))
    return [answer.get_data(as_text=True) for answer in answers]


def test_what_is_planted_turns_up_nowhere(app, client, run_jobs, written):
    """Places, wrong codes, class lists, searches, jobs, the index, figures: no trace of anybody."""
    session = SessionFactory()
    person = PersonFactory(full_name=NAME, phone=f"+84{PHONE[1:]}", email=MAIL)
    place = EnrolmentFactory(run=session.run, person=person)
    AttendanceFactory(session=session, enrolment=place)
    RegisterFactory(session=session)
    locations = _visit(client, session.run)
    events = [json.dumps(job.event, ensure_ascii=False) for job in db.session.query(Job)]
    _staff_at_work(app, session.run, GrantFactory().account)
    rebuild()
    run_jobs()
    store.refresh(store.folder(current()))
    in_step.rebuild()
    public = _public(app, session.run)
    files = _files(current().data_dir)
    entries = db.session.scalars(select(AuditEntry)).all()
    places = {
        "addresses": locations,
        "events": events,
        "errors of jobs": [job.error for job in jobs.failing()],
        "audit log": [f"{e.object_id} {e.reason} {json.dumps(e.details)}" for e in entries],
        "files": list(files.values()),
        "public pages": public,
        "log": written().splitlines(),
    }
    assert {name: _found(texts) for name, texts in places.items() if _found(texts)} == {}
    assert any(name.endswith(".parquet") for name in files)
    assert min(len(entries), len(locations), len(events)) > 3
    assert len(written().splitlines()) > 20


def test_a_number_of_a_card_is_nowhere_in_clear(app, client, written, tmp_path):
    """Not in the database either: a backup is every table, as text."""
    account = AccountFactory(person=PersonFactory(full_name=NAME))
    client.sign_in(account)
    client.post("/vi/me/national-id", data={"csrf_token": client.token(), "national_id": NUMBER})
    write(current(), tmp_path / "backup.zip")
    rows = [str(row) for t in Base.metadata.sorted_tables for row in db.session.execute(select(t))]
    assert any(NAME in row for row in rows)
    assert not any(NUMBER in row for row in rows)
    assert NUMBER not in written()
    assert NUMBER.encode() not in (tmp_path / "backup.zip").read_bytes()
