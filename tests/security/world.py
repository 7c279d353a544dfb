"""Everybody who may knock, and one of each thing that somebody owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select

from app.accounts.models import (
    Account,
    Bond,
    Breach,
    BreachKind,
    DataRequest,
    Guardianship,
    LoginSession,
    Merge,
    PersonGroup,
    PriorityGroup,
    RequestKind,
    RoleProposal,
    SecondFactor,
    Suspicion,
)
from app.accounts.rights.purposes import OPTIONAL
from app.catalogue.city_models import CourseLikeness
from app.catalogue.models import Run
from app.catalogue.planning_models import CalendarDay, TermCopy
from app.catalogue.revision_models import CourseRelease, ReleaseState
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.archive import restart_numbers
from app.core.db import Base, db, transaction
from app.core.jobs import Job
from app.core.keys import seal
from app.core.tokens import token
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.distance.models import RunUnit
from app.enrolment.feedback.questions import FEEDBACK
from app.enrolment.models import Reservation
from app.feeds.models import FeedImport, FeedRow, FeedSource, ImportState
from app.indicators.models import Criterion, Framework, PaperActivity, PaperRow, Target
from app.indicators.models.frameworks import CriterionKind
from app.indicators.operations.definitions import ensure_measures
from app.indicators.operations.returns import open_period
from app.notices.reminders import STOP
from app.places.models import Room
from app.providers.applying import documents
from app.providers.applying.documents import Upload
from app.providers.applying.queries import key_of
from app.providers.inviting.operations import TOKEN as INVITATION
from app.providers.models import (
    Application,
    ApplicationFile,
    ApplicationState,
    Invitation,
    ProviderLikeness,
    Site,
)
from app.search.models import SavedSearch, Synonym
from app.search.saved.operations import STOP as STOP_SEARCH
from tests.client import Client
from tests.factories import (
    AccountFactory,
    AudienceFactory,
    CityFactory,
    CourseFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    ProviderFactory,
    StaffFactory,
)
from tests.indicators.report_town import PERIOD, kept_form, kept_report
from tests.security.conftest import Side

ROLES = (
    "visitor", "half", "resident", "teacher", "editor", "owner", "stranger", "officer",
    "catalogue", "statistician", "auditor", "administrator", "viewer",
)  # fmt: skip
"""`stranger` owns another provider; `viewer` is an administrator who looks as the owner does."""
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Knocker:
    """One role's browser, as it is before every call."""

    browser: Client
    cookie: str
    token: str

    def call(self, method: str, address: str) -> Any:
        """The same browser every time, whatever an answer before did to it."""
        self.browser.set_cookie("session", self.cookie)
        data = {"csrf_token": self.token} if method == "POST" else None
        return self.browser.open(address, method=method, data=data, buffered=True)


@dataclass
class World:
    """Two of everything that belongs to somebody: `own` of the resident and of provider A."""

    own: Mapping[str, str]
    foreign: Mapping[str, str]
    knockers: Mapping[str, Knocker] = field(default_factory=dict)


def build(app: Flask, ours: Side, theirs: Side) -> World:
    resident = AccountFactory(person=PersonFactory())
    other = AccountFactory(person=PersonFactory())
    shared = _city_things(other)
    world = World(
        _things(ours, resident) | shared,
        _things(theirs, other) | shared,
    )
    accounts = _accounts(ours, theirs, resident)
    world.knockers = {name: _knock(app, name, accounts) for name in ROLES}
    return world


def snapshot() -> Rows:
    """Every row of every table."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    rows = {t.name: [dict(r._mapping) for r in db.session.execute(select(t))] for t in tables}
    db.session.rollback()
    return rows


def restore(rows: Rows) -> None:
    """The database as it was."""
    db.session.rollback()
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if rows[table.name]:
                session.execute(insert(table), rows[table.name])
        restart_numbers(session)
    db.session.remove()


def _accounts(ours: Side, theirs: Side, resident: Account) -> dict[str, Account | None]:
    half = StaffFactory(provider=ours.provider, role=ProviderRole.OWNER).account
    _add(SecondFactor(account_id=half.id, sealed_secret="x", confirmed_at=clock.now()))
    city = {
        name: GrantFactory(city_role=role).account
        for name, role in (
            ("catalogue", CityRole.CATALOGUE_EDITOR), ("statistician", CityRole.STATISTICIAN),
            ("auditor", CityRole.AUDITOR), ("administrator", CityRole.ADMINISTRATOR),
            ("viewer", CityRole.ADMINISTRATOR),
        )
    }  # fmt: skip
    here = {
        role.value: StaffFactory(provider=ours.provider, role=role).account for role in ProviderRole
    }
    return {
        "visitor": None,
        "half": half,
        "resident": resident,
        "stranger": StaffFactory(provider=theirs.provider, role=ProviderRole.OWNER).account,
        "officer": GrantFactory(city_role=None, commune_id=ours.provider.unit_id).account,
        **city,
        **here,
    }


def _knock(app: Flask, name: str, accounts: dict[str, Account | None]) -> Knocker:
    browser, account = app.test_client(), accounts[name]
    if account is not None:
        browser.sign_in(account)
    if name == "viewer":
        _look_as(account, accounts["owner"])
    token = browser.token("/vi/sign-in")
    cookie = browser.get_cookie("session")
    return Knocker(browser, cookie.value if cookie else "", token)


def _look_as(administrator: Account, owner: Account) -> None:
    with transaction() as session:
        mine = session.scalars(
            select(LoginSession).where(LoginSession.account_id == administrator.id)
        ).one()
        mine.viewed_account_id, mine.view_reason = owner.id, "Hỗ trợ"
        mine.viewed_until = clock.now() + timedelta(minutes=30)


def _things(side: Side, account: Account) -> dict[str, str]:
    """What belongs to one provider or one resident, by the names of arguments in addresses."""
    run = db.session.get_one(Run, side.ids["run_id"])
    run.seats_taken = 2  # of the canary and of the resident
    place = EnrolmentFactory(run=run, person=account.person)
    child = PersonFactory(born_on=date(clock.today().year - 8, 1, 1))
    bond = Guardianship(guardian_id=account.person_id, dependant_id=child.id, bond=Bond.PARENT)
    request = DataRequest(
        code=f"YC{account.id:06}", person_id=account.person_id, kind=RequestKind.SEE,
        channel="web", answer_by=clock.today(), act_by=clock.today(),
    )  # fmt: skip
    browser = LoginSession(
        token_hash=f"{account.id:064}", account_id=account.id,
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    asked = DataRequest(
        code=f"CON{account.id:06}", person_id=child.id, kind=RequestKind.SEE,
        channel="web", answer_by=clock.today(), act_by=clock.today(),
    )  # fmt: skip
    search = SavedSearch(
        code=f"{account.id:010}", person_id=account.person_id, name="may", question="q=may"
    )
    wish = CourseRelease(course_id=run.course_id, state=ReleaseState.WAITING)
    kept = Reservation(run_id=run.id, partner="Hội", places=1, released_at=clock.now())
    certificate = Certificate(
        code=f"CERT{place.code}", provider_id=side.provider.id, year=2026, serial=1,
        enrolment_id=place.id, languages=Languages.BOTH, full_name=account.person.full_name,
        content=Content.of(run).as_json(), earned_on=clock.today(),
    )  # fmt: skip
    _add(bond, request, asked, browser, search, kept, wish, certificate)
    return {
        **feed_things(side),
        **planning_things(side, run),
        **{name: str(number) for name, number in side.ids.items()},
        "slug": side.slug,
        "wards/code": side.provider.unit.code,
        "subjects/slug": run.course.topic.slug,
        "commune/code": side.provider.unit.code,
        "bond_id": str(bond.id),
        "reservation_id": str(kept.id),
        "fee-groups/code": "poor",
        "questions/code": "heard",
        "places/code": place.code,
        **joining_things(side),
        "certificates/code": certificate.code,
        "x/code": certificate.code,
        "feedback/token": token(FEEDBACK, place.id),
        "reminders/token": token(STOP, account.person_id),
        "saved-searches/token": token(STOP_SEARCH, search.id),
        "row_id": str(_paper_row(side, run)),
        "unit_id": str(unit_of(run)),
        "searches/code": search.code,
        "requests/code": request.code,
        "asked/code": asked.code,
        "sessions/code": browser.handle,
        "consents/code": OPTIONAL[0].code,
    }


def joining_things(side: Side) -> dict[str, str]:
    """Somebody who is invited, and the page of the provider."""
    invited = Invitation(
        provider_id=side.provider.id, role=ProviderRole.TEACHER, contact_hash=side.slug,
        sealed=seal("co.ba@example.org"), expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    _add(invited)
    site = db.session.scalars(select(Site).where(Site.provider_id == side.provider.id)).one()
    ids = {"invitation_id": invited.id, "provider_id": side.provider.id, "site_id": site.id}
    key = {"invitations/key": token(INVITATION, invited.id)}
    return {**{name: str(number) for name, number in ids.items()}, **key}


def _application_things() -> dict[str, str]:
    """An application with a document, one that was only begun, and pairs that may be one."""
    (paper,) = documents.store([Upload("a.pdf", b"%PDF-1.4")])
    sent = Application(state=ApplicationState.APPLIED, contact="a@example.org", name_vi="Hội A")
    draft = Application(contact="b@example.org")
    providers = sorted(ProviderFactory().id for _ in range(2))
    courses = sorted(CourseFactory().id for _ in range(2))
    alike = ProviderLikeness(first_id=providers[0], second_id=providers[1], score=90)
    doubled = CourseLikeness(first_id=courses[0], second_id=courses[1], score=90)
    _add(sent, draft, alike, doubled)
    file = ApplicationFile(
        application_id=sent.id, name=paper.name, stored=paper.stored, media=paper.media,
        size=paper.size, sha256=paper.digest,
    )  # fmt: skip
    _add(file)
    return {
        "application_id": str(sent.id),
        "files/file_id": str(file.id),
        "apply/key": key_of(draft.id),
        "providers/likeness_id": str(alike.id),
        "courses/likeness_id": str(doubled.id),
        "term_id": str(AudienceFactory().id),
    }


def feed_things(side: Side) -> dict[str, str]:
    """A feed, and a file of it with a wrong row."""
    source = FeedSource(provider_id=side.provider.id, address="https://feeds.example/x")
    sent = FeedImport(
        provider_id=side.provider.id, source=source, state=ImportState.ERRORS, file_name="lop.csv"
    )
    _add(source, sent)
    _add(
        FeedRow(
            import_id=sent.id,
            line=1,
            texts={"course_id": "K1"},
            problems=[["capacity", "Số chỗ", "missing", {}]],
        )
    )
    return {"source_id": str(source.id), "import_id": str(sent.id), "line": "1"}


def planning_things(side: Side, run: Run) -> dict[str, str]:
    """A room, a day without classes, a term that was made."""
    room = Room(venue_id=run.venue_id, name_vi="Phòng 1")
    day = CalendarDay(provider_id=side.provider.id, day=clock.today(), name_vi="Hội trại")
    copy = TermCopy(provider_id=side.provider.id, form_key=side.slug)
    _add(room, day, copy)
    ids = {"room_id": room.id, "day_id": day.id, "copy_id": copy.id, "venue_id": room.venue_id}
    return {name: str(number) for name, number in ids.items()}


def unit_of(run: Run) -> int:
    """Something to be done at one's own pace."""
    unit = RunUnit(run_id=run.id, position=1, title_vi="Bài 1")
    _add(unit)
    return unit.id


def _paper_row(side: Side, run: Run) -> int:
    """A count that the commune of the provider has entered."""
    activity = PaperActivity(
        provider_id=side.provider.id, key="cắm hoa", name="Cắm hoa", run_id=run.id
    )
    row = PaperRow(
        activity=activity, session_id=side.ids["session_id"], day=date(2026, 3, 2), minutes=90,
        headcount=9, sent=side.slug, line=1,
    )  # fmt: skip
    _add(row)
    return row.id


def _city_things(account: Account) -> dict[str, str]:
    """What belongs to the city."""
    first, second = sorted(PersonFactory().id for _ in range(2))
    gone = PersonFactory().id
    proposer = GrantFactory().account_id
    grant = GrantFactory(city_role=CityRole.STATISTICIAN)
    rows = {
        "suspicion_id": Suspicion(first_id=first, second_id=second, score=80, reasons=["phone"]),
        "merge_id": Merge(kept_id=first, gone_id=gone, moved={}),
        "breach_id": Breach(kind=BreachKind.LOST, noticed_at=clock.now()),
        "proposal_id": RoleProposal(
            account_id=account.id, withdraw=False, proposed_by_id=proposer, reason="x"
        ),
        "synonym_id": Synonym(
            key="tq", term="tq", words_vi=["tâm quất"], words_en=[], two_way=False
        ),
        "report_id": kept_report(),
        "form_id": kept_form(),
        "job_id": Job(handler="core.audit_chain.link_new", event={}, due_at=clock.now()),
    }
    group = PersonGroup(
        person_id=account.person_id, group=PriorityGroup.POOR, valid_from=clock.today(),
        standard="QĐ 12",
    )  # fmt: skip
    _add(*rows.values(), group)
    return {
        "person_id": str(account.person_id),
        "group_id": str(group.id),
        **{name: str(row.id) for name, row in rows.items()},
        "account_id": str(grant.account_id),
        "grant_id": str(grant.id),
        "code": "26734",
        **_application_things(),
        **_desk_things(proposer),
        "period": PERIOD,
        "revision": "1",
        "<id:revision>/file": f"{PERIOD}-r1.csv",
        "<id:report_id>/file": f"{PERIOD}-r1-internal.csv",
    }


def _desk_things(by_id: int) -> dict[str, str]:
    """A list of criteria, a target, and a period for which returns are asked."""
    ensure_measures()
    framework = Framework(code="thu", number=1, name_vi="Bộ tiêu chí")
    _add(framework)
    indicator = Criterion(
        framework_id=framework.id, kind=CriterionKind.INDICATOR, code="1", text_vi="Gia đình",
        asked_of_communes=True, asked_of_providers=True,
    )  # fmt: skip
    target = Target(measure_code="R1", unit_id=CityFactory().id, period="2030", number=1)
    _add(indicator, target)
    opened = open_period("2026-H1", framework.id, date(2026, 7, 15), by_id)
    return {
        "framework_id": str(framework.id),
        "criterion_id": str(indicator.id),
        "target_id": str(target.id),
        "returns/code": opened.code,
        "measure_code": "N1",
        "verify/number": "1",
        "returns/period": opened.code,
        "paper/period": opened.code,
    }


def _add(*rows: Base) -> None:
    with transaction() as session:
        session.add_all(rows)


__all__ = ["ROLES", "Knocker", "World", "build", "restore", "snapshot"]
