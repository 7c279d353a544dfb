"""The demo city behind a real web server, and where in it the interesting things are."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread

import flask_migrate
from flask import Flask
from sqlalchemy import ColumnElement, func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.accounts import operations
from app.accounts.models import (
    Account,
    Bond,
    BreachKind,
    Guardianship,
    PriorityGroup,
    RequestKind,
    RoleGrant,
)
from app.accounts.operations.breaches import BreachFacts, record_breach
from app.accounts.operations.requests import receive_request
from app.catalogue.models import (
    ClassSession,
    Course,
    CourseStatus,
    Run,
    RunState,
    RunStatus,
    SessionStatus,
    Topic,
)
from app.catalogue.revision_models import CourseRelease, CourseRevision, ReleaseState
from app.core import clock, jobs
from app.core.config import Settings
from app.core.db import db, transaction
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.operations import reserve
from app.feeds.models import FeedImport, FeedSource
from app.home.demo import load as demo
from app.indicators.models import Criterion, PaperRow, ReportingPeriod
from app.participation import periods
from app.providers.models import Application, Provider, ProviderType, Site, StaffMember
from app.resources.models import Resource

EDITOR, ADMINISTRATOR = "giaovu@demo.example", "admin@demo.example"
MEMBER, OWNER = "nguoihoc@demo.example", "giamdoc@demo.example"
OFFICER = "phuong@demo.example"


class _Quiet(WSGIRequestHandler):
    def log(self, *_given, **_more):
        """The application writes its own lines."""


@dataclass
class City:
    """Where to find what a page needs; names are those of the arguments in addresses."""

    app: Flask
    url: str
    known: dict[str, str]


def load(folder: Path) -> None:
    """Load the demo into `folder` once, however many test processes ask for it."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "done").exists():
            return
        data = folder / "data"
        environ = {"DATA_DIR": str(data), "DATABASE_URL": f"sqlite:///{data}/app.db"}
        app = create_app(Settings.from_env(environ))
        with app.app_context():
            flask_migrate.upgrade()
            demo.load("79", lambda _line: None)
            jobs.work(once=True)
            db.session.remove()
            db.engine.dispose()  # what SQLite wrote beside the file goes into it
        (folder / "done").touch()


@contextmanager
def serve(loaded: Path, own: Path, **settings: str) -> Iterator[City]:
    """A copy of the loaded city on a port of its own."""
    shutil.copytree(loaded / "data", own)
    server = make_server(
        "127.0.0.1", 0, lambda _environ, _start: [], threaded=True, request_handler=_Quiet
    )
    url = f"http://127.0.0.1:{server.port}"
    database = f"sqlite:///{own}/app.db"
    environ = {"DATA_DIR": str(own), "DATABASE_URL": database, "BASE_URL": url, **settings}
    app = create_app(Settings.from_env(environ))
    server.app = app
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with app.app_context():
            known = _look_around()
            db.session.remove()
        yield City(app, url, known)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _look_around() -> dict[str, str]:
    """Ids of a free place to take, of a class with people, of the editor's own things."""
    member = db.session.scalars(select(StaffMember)).first()
    own = member.provider_id
    statistician = _scalar(select(RoleGrant).where(RoleGrant.city_role == "statistician"))
    return {
        "slug": db.session.get_one(Provider, own).slug,
        "own_ward": db.session.get_one(Provider, own).unit.code,
        "period": _scalar(select(ReportingPeriod.code)),
        "running": periods.usual(clock.today())[0].code,
        "application": str(_scalar(select(Application.id))),
        "site_id": str(_scalar(select(Site.id).where(Site.provider_id == own))),
        "provider_id": str(own),
        "topic_id": str(_scalar(select(Topic.id))),
        "paper_row": str(_scalar(select(PaperRow.id))),
        "asked": str(_scalar(select(Criterion.id).where(Criterion.asked_of_providers.is_(True)))),
        "asked_commune": str(
            _scalar(select(Criterion.id).where(Criterion.asked_of_communes.is_(True)))
        ),
        "free_run": str(_free_run().id),
        "full_run": str(_full_run()),
        "free_course": str(_free_run().course_id),
        "one_language": str(_scalar(select(Course.id).where(_public(), Course.title_en == ""))),
        "ward": str(_free_run().venue.unit.code),
        "run_id": str(_busy_run(own)),
        "course_id": str(_scalar(select(Run.course_id).where(Run.id == _busy_run(own)))),
        "edited": str(_scalar(select(CourseRevision.course_id).order_by(CourseRevision.id))),
        "waiting": str(_scalar(select(CourseRelease.course_id).where(_waits()))),
        "session_id": str(_past_session(own)),
        "coming_session": str(_coming_session(own)),
        "kept": _kept(_coming_session(own)),
        "place_code": _scalar(
            select(Enrolment.code).where(Enrolment.run_id == _busy_run(own)).order_by(Enrolment.id)
        ),
        "resource_id": str(_own_resource(own)),
        "any_resource": str(_scalar(select(Resource.id).where(Resource.status == "published"))),
        "import_id": str(_scalar(select(FeedImport.id).order_by(FeedImport.id.desc()))),
        "feed_id": str(_scalar(select(FeedSource.id).where(FeedSource.address != ""))),
        "bond_id": str(_scalar(select(Guardianship.id).where(Guardianship.bond == Bond.PARENT))),
        "member_id": str(_scalar(select(StaffMember.id).where(StaffMember.role == "teacher"))),
        "grant_id": str(statistician.id),
        "account_id": str(statistician.account_id),
        "proposal_id": str(_proposal(statistician.account_id)),
        "type_id": str(_scalar(select(ProviderType.id))),
        "person_id": str(_member()),
        "group_id": str(_group(statistician.account_id)),
        "request": _request(),
        "child_request": _child_request(),
        "breach": str(_breach(statistician.account_id)),
    }


def _waits() -> ColumnElement[bool]:
    return CourseRelease.state == ReleaseState.WAITING


def _member() -> int:
    """The resident with an account."""
    return _scalar(select(Account.person_id).where(Account.email == MEMBER))


def _group(account_id: int) -> int:
    """That resident on a list, as staff recorded it."""
    first = clock.today() - timedelta(days=30)
    return operations.record_group(
        _member(), PriorityGroup.NEAR_POOR, first, None, standard="QĐ 12", by_id=account_id
    ).id


def _request() -> str:
    """What that resident asks of the request desk; its code."""
    return receive_request(RequestKind.SEE, person_id=_member(), wish="Tôi muốn xem dữ liệu.").code


def _child_request() -> str:
    """What a parent asks about a child; its code."""
    child = _scalar(select(Guardianship.dependant_id).where(Guardianship.bond == Bond.PARENT))
    return receive_request(RequestKind.SEE, person_id=child, wish="Tôi muốn xem dữ liệu.").code


def _breach(account_id: int) -> int:
    """A serious incident that nobody told the authority of in time."""
    noticed = clock.now() - timedelta(days=4)
    facts = BreachFacts(kind=BreachKind.SEEN, noticed_at=noticed, what="Gửi nhầm", is_serious=True)
    return record_breach(facts, account_id).id


def _proposal(account_id: int) -> int:
    """The second administrator of the demo proposes a third one."""
    administrators = select(RoleGrant.account_id).where(RoleGrant.city_role == "administrator")
    by_id = _scalar(administrators.order_by(RoleGrant.id.desc()))
    return operations.propose(account_id, by_id, withdrawing=False, reason="Thêm người").id


def _own_resource(provider_id: int) -> int:
    """One of the editor's own, given to them when they have none."""
    with transaction() as session:
        last = session.scalars(select(Resource).order_by(Resource.id.desc())).first()
        last.provider_id = provider_id
    return last.id


def _scalar(query):
    return db.session.scalar(query.limit(1))


def _public():
    return Course.status == CourseStatus.PUBLISHED


def _free_run() -> Run:
    soon = clock.today() + timedelta(days=2)
    runs = db.session.scalars(
        select(Run)
        .join(Run.course)
        .where(_public(), Run.enrol_until >= soon, Run.capacity > 5, Run.venue_id.is_not(None))
        .order_by(Run.id)
    )
    return next(run for run in runs if run.state is RunState.OPEN and (run.seats_left or 0) > 5)


def _full_run() -> int:
    """One with a queue."""
    with transaction() as session:
        runs = session.scalars(select(Run).join(Run.course).where(_public()).order_by(Run.id))
        found = next(run for run in runs if run.state in (RunState.QUEUE, RunState.FULL))
    return found.id


def _busy_run(provider_id: int) -> int:
    """The class of this provider with the most people in it."""
    seated = Enrolment.state.in_([EnrolmentState.ENROLLED, EnrolmentState.COMPLETED])
    return db.session.scalar(
        select(Run.id)
        .join(Run.course)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .where(Course.provider_id == provider_id, seated)
        .group_by(Run.id)
        .order_by(func.count().desc(), Run.id)
        .limit(1)
    )


def _coming_session(provider_id: int) -> int:
    to_come = select(ClassSession.id).join(ClassSession.run).join(Run.course)
    planned = to_come.where(
        Course.provider_id == provider_id, ClassSession.starts_at > clock.now(),
        ClassSession.status == SessionStatus.PLANNED, Run.status == RunStatus.PLANNED,
    )  # fmt: skip
    return db.session.scalar(planned.order_by(ClassSession.starts_at).limit(1))


def _kept(session_id: int) -> str:
    """The end of the address of a place kept on the run of this session."""
    run = db.session.get_one(ClassSession, session_id).run
    with transaction():
        run.capacity = (run.capacity or 0) + 1
    return f"{run.id}/kept-places/{reserve(run.id, 1, partner='Hội Phụ nữ').id}"


def _past_session(provider_id: int) -> int:
    return db.session.scalar(
        select(ClassSession.id)
        .where(ClassSession.run_id == _busy_run(provider_id), ClassSession.starts_at < clock.now())
        .order_by(ClassSession.starts_at.desc())
        .limit(1)
    )
