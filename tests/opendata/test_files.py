from datetime import timedelta
from xml.etree import ElementTree as ET

from icalendar import Calendar

from app.catalogue.models import CourseStatus
from app.core import clock
from app.enrolment import operations
from app.opendata import sitemap
from tests.factories import (
    CourseFactory,
    PersonFactory,
    ResourceFactory,
    RunFactory,
    SessionFactory,
)

XML = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def know(client, place):
    """Open the place in this browser by code and phone."""
    data = {"code": place.code, "phone": place.person.phone}
    client.send("/vi/my-place", data)


def events(client, place):
    answer = client.get(f"/vi/places/{place.code}.ics")
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    return Calendar.from_ical(answer.data)


def test_sessions_go_into_a_calendar_with_the_city_s_time(client, app):
    session = SessionFactory()
    place = operations.enrol(PersonFactory().id, session.run_id)
    know(client, place)
    calendar = events(client, place)
    (event,) = calendar.walk("VEVENT")
    assert event["dtstart"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event["dtstart"].dt == session.starts_at
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]
    assert session.run.venue.address in event["location"]


def test_a_calendar_is_only_for_who_has_the_place(client, app):
    place = operations.enrol(PersonFactory().id, RunFactory().id)
    answers = [
        client.get(f"/vi/places/{code}.ics").status_code for code in (place.code, "0000000000")
    ]
    assert answers == [303, 303]


def urls(client, address="/sitemap.xml"):
    answer = client.get(address)
    assert answer.mimetype == "application/xml"
    return ET.fromstring(answer.data)  # noqa: S314 - our own answer


def test_public_pages_are_listed_in_the_languages_they_were_written_in(client, app):
    both = CourseFactory(title_vi="Tin học")
    one = CourseFactory(title_en="")
    CourseFactory(status=CourseStatus.DRAFT, title_vi="Nháp")
    resource = ResourceFactory()
    found = {url.find(f"{XML}loc").text: url for url in urls(client)}
    base = "http://127.0.0.1:8000"
    assert f"{base}/en/courses/{both.id}-tin-hoc" in found
    alternates = {
        link.get("hreflang") for link in found[f"{base}/vi/courses/{both.id}-tin-hoc"].findall(LINK)
    }
    assert alternates == {"vi", "en", "x-default"}
    lonely = [address for address in found if f"/courses/{one.id}-" in address]
    assert len(lonely) == 1
    assert not found[lonely[0]].findall(LINK)
    assert any(f"/resources/{resource.id}-" in address for address in found)
    assert not any("nhap" in address for address in found)
    for address in found:
        assert client.get(address.removeprefix(base)).status_code == 200


def test_a_large_site_is_listed_in_several_files(client, app, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 2)
    courses = [CourseFactory() for _ in range(3)]
    listed = [url.find(f"{XML}loc").text for url in urls(client)]
    assert [address.rpartition("?")[2] for address in listed] == ["part=1", "part=2"]
    last = {url.find(f"{XML}loc").text for url in urls(client, "/sitemap.xml?part=2")}
    assert any(f"/courses/{courses[2].id}-" in address for address in last)
    assert client.get("/sitemap.xml?part=3").status_code == 404


def test_robots_stay_out_of_personal_pages(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /vi/places/\n" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


def test_the_sitemap_asks_the_same_of_the_database_for_many_courses(client, app, at_most):
    for _ in range(10):
        CourseFactory(published_at=clock.now() - timedelta(days=1))
    with at_most(4):
        client.get("/sitemap.xml")
