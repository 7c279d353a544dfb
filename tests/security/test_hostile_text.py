"""Text that wants to be a script, a formula, a header or another letter stays text."""

import csv
import io
import json
import re
import shutil
import zipfile
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from app.catalogue.operations import CourseFields, create_course
from app.core import clock, config
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.vi import clean
from app.enrolment import operations
from app.participation import store
from app.participation.operations import rebuild
from app.resources.models import Resource
from tests.factories import (
    AccountFactory,
    AttendanceFactory,
    CourseFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    RegisterFactory,
    ResourceFactory,
    RunFactory,
    SessionFactory,
    SiteFactory,
    StaffFactory,
    TopicFactory,
    VenueFactory,
)
from tests.guards.routes import filled, rules

SCRIPT = (
    "'\"></title></script></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"
)
FORMULA = "=HYPERLINK(1)"
BREAK = "Toán\r\nBcc: all@example.org\r\n\r\nBEGIN:VEVENT"


def _city_of(text: str):
    """One of everything, with this text wherever a provider or a resident can write."""
    both = {"name_vi": text, "name_en": text}
    provider = ProviderFactory(
        slug="trung-tam-1",
        type=ProviderTypeFactory(code="odd", **both),
        website="javascript:alert(1)",
        about_vi=text,
        **both,
    )
    words = {f"{name}_{lang}": text for name in ("title", "summary") for lang in ("vi", "en")}
    more = {f"{name}_vi": text for name in ("learn", "for_whom", "bring")}
    topic = TopicFactory(slug="odd", **both)
    course = CourseFactory(provider=provider, topic=topic, **words, **more)
    venue = VenueFactory(address=text, **both)
    SiteFactory(provider=provider, venue=venue)
    begun = clock.today() - timedelta(days=1)
    odd = {"venue": venue, "teacher": text, "online_link": "javascript:alert(1)"}
    made = RunFactory(course=course, starts_on=begun, **odd)
    session = SessionFactory(run=made)
    place = EnrolmentFactory(run=made, person=PersonFactory(full_name=text))
    AttendanceFactory(session=session, enrolment=place)
    RegisterFactory(session=session)
    return made, session, place, ResourceFactory(provider=provider, topic=topic, **words)


@pytest.fixture
def browsers(app):
    """A visitor with a place, the owner of the provider, an administrator of the city."""

    def sign_in(place):
        owner = StaffFactory(
            provider=place.run.course.provider,
            role=ProviderRole.OWNER,
            account=AccountFactory(display_name=SCRIPT),
        ).account
        visitor, address = app.test_client(), f"/vi/places/{place.code}"
        visitor.send(address, {"phone": place.person.phone})
        admin = GrantFactory(city_role=CityRole.ADMINISTRATOR).account
        return visitor, app.test_client().sign_in(owner), app.test_client().sign_in(admin)

    return sign_in


def _harmless(html: str, where: str) -> None:
    page = BeautifulSoup(html, "html5lib")
    assert not page.select("img[src=x], [onerror], iframe, object, base"), where
    for script in page.select("script"):
        if script.get("type") == "application/ld+json":
            assert json.loads(script.string)["name"], where
        else:
            assert script["src"].startswith("/static/build/"), where
    links = [tag[name] for name in ("href", "action") for tag in page.select(f"[{name}]")]
    assert not [link for link in links if re.match(r"(?i)\s*(javascript|data|vbscript):", link)]


def test_no_page_runs_what_somebody_wrote(app, browsers, run_jobs):
    run, session, place, resource = _city_of(SCRIPT)
    known = {"course_id": run.course_id, "run_id": run.id, "session_id": session.id}
    known |= {"resource_id": resource.id, "type_id": run.course.provider.type_id}
    texts = {"lang": "vi", "slug": "trung-tam-1", "code": place.code}
    everybody = browsers(place)
    rebuild()
    run_jobs()
    seen = 0
    for rule in rules(app, "GET"):
        slug = {"slug": "x"} if "-<slug>" in rule.rule else {}
        address = filled(rule, texts | {k: str(v) for k, v in known.items()} | slug)
        for browser in everybody:
            answer = browser.get(address, query_string={"q": SCRIPT})
            if answer.status_code == 301:
                answer = browser.get(answer.location)
            if answer.mimetype == "text/html":
                html = answer.get_data(as_text=True)
                _harmless(html, address)
                seen += "&lt;script&gt;alert(1)" in html
    assert seen > 20, "the text was shown, and escaped"


def _figures(run_jobs) -> None:
    rebuild()
    run_jobs()
    store.refresh(store.folder(config.current()), everything=True)


def _cells(content: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.removeprefix("\ufeff"))) for cell in row]


@pytest.mark.parametrize("text", [FORMULA, "＝1+1", "+84", "-1", "@SUM(1)"])
def test_no_file_runs_a_formula_somebody_wrote(client, run_jobs, text):
    run, *_ = _city_of(text)
    account = StaffFactory(provider=run.course.provider).account
    GrantFactory(account=account, city_role=CityRole.STATISTICIAN)
    _figures(run_jobs)
    client.sign_in(account)
    roster = f"/vi/provider/trung-tam-1/runs/{run.id}/roster.csv"
    figures = "/vi/staff/participation.{}?by=provider&then=topic"
    for address in (roster, figures.format("csv")):
        cells = _cells(client.get(address).get_data(as_text=True))
        assert any(text in cell for cell in cells), address
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    with zipfile.ZipFile(io.BytesIO(client.get(figures.format("xlsx")).data)) as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets" in name]
        assert not [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet]


def test_no_title_breaks_out_of_its_line(client, run_jobs):
    """Calendars and letters have one line for what a provider writes."""
    fields = CourseFields(title=Bilingual(BREAK, BREAK), topic_id=TopicFactory().id, cla="2.2.1")
    course = create_course(ProviderFactory().id, fields)
    run = SessionFactory(run=RunFactory(course=course, online_link=clean(BREAK), venue=None)).run
    place = operations.enrol(PersonFactory(email="hoa@example.org").id, run.id, channel="staff")
    client.send(f"/vi/places/{place.code}", {"phone": place.person.phone})
    outbox = config.current().data_dir / "outbox"
    shutil.rmtree(outbox, ignore_errors=True)  # other tests wrote there too
    run_jobs()
    calendar = client.get(f"/vi/places/{place.code}.ics").get_data(as_text=True)
    (letter,) = outbox.glob(f"place-{place.id}-*.eml")
    head = letter.read_text().partition("\n\n")[0]
    assert re.findall(r"(?m)^BEGIN:VEVENT", calendar) == ["BEGIN:VEVENT"]
    assert re.findall(r"(?m)^To: .*", head) == ["To: hoa@example.org"]
    assert not re.search(r"(?mi)^bcc", head + calendar)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "https://user:pass@example.org",
        "//example.org/x",
        "https:example.org",
        "https://exa mple.org",
        "\u0001javascript:alert(1)",
    ],
)
def test_a_resource_leads_to_a_web_page_only(ours, state, url):
    fields = {
        "csrf_token": ours.owner.token(), "title_vi": "Sổ tay", "url": url, "version": "1",
        "licence": "CC-BY-4.0", "format": "web", "languages": "vi", "topic_id": "1",
    }  # fmt: skip
    before = state()
    fields["topic_id"] = str(_topic(ours))
    address = f"/vi/provider/{ours.slug}/resources/{ours.ids['resource_id']}"
    assert ours.owner.post(address, data=fields).status_code == 422
    assert state() == before


def _topic(side) -> int:
    return db.session.get(Resource, side.ids["resource_id"]).topic_id
