"""Our JSON, schema.org and XCRI-CAP become courses; what is hostile does no harm."""

import json

import pytest
from sqlalchemy import select

from app.catalogue.models import Course, Mode, Run
from app.core.db import db
from app.feeds.errors import FileRefused

XCRI = """<?xml version="1.0" encoding="UTF-8"?>
<catalog xmlns="http://xcri.org/profiles/1.2/catalog" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:mlo="http://purl.org/net/mlo" xmlns:x="http://www.w3.org/1999/xhtml"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <provider><dc:identifier>p</dc:identifier><dc:title>School</dc:title>
  <course>
   <dc:identifier xsi:type="register">999</dc:identifier>
   <dc:identifier>https://school.example/c/1</dc:identifier><dc:identifier>C1</dc:identifier>
   <dc:title>Pottery &amp; glaze</dc:title><dc:subject>health</dc:subject>
   <dc:description>
    <x:div><x:p>First part.</x:p><x:ul><x:li>Clay</x:li></x:ul></x:div>
   </dc:description>
   <presentation>
    <dc:identifier>r1</dc:identifier><mlo:start dtf="2026-12-01T09:00:00Z">December</mlo:start>
    <end>2026-12-20</end><attendanceMode identifier="ON"/><mlo:cost>free</mlo:cost></presentation>
   <presentation><dc:identifier>r2</dc:identifier><mlo:start>2027-01-04</mlo:start>
    <mlo:duration interval="P2W">two weeks</mlo:duration><mlo:cost>0.0000</mlo:cost></presentation>
   <presentation><dc:identifier>r3</dc:identifier><mlo:start>2027-01-04</mlo:start>
    <end>2027-02-04</end><mlo:cost>GBP 155</mlo:cost></presentation>
  </course>
 </provider>
</catalog>"""
JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "Course",
            "@id": "https://school.example/c/2",
            "name": "Tiếng Anh cơ bản",
            "description": "<p>Nghe &amp; nói</p>",
            "about": "foreign-languages",
            "hasCourseInstance": {
                "@type": "CourseInstance",
                "startDate": "2026-12-01T18:30:00+07:00",
                "endDate": "2026-12-20",
                "courseMode": "blended",
                "offers": {"price": 500000, "priceCurrency": "VND"},
                "instructor": {"@type": "Person", "name": "Cô Hoa"},
            },
        }
    ],
}
OURS = {
    "courses": [
        {
            "course_id": "K1",
            "title_vi": "Tin học",
            "topic": "digital-skills",
            "audiences": ["older-people", "women"],
            "runs": [
                {
                    "run_id": "L1",
                    "capacity": 20,
                    "sessions": [
                        {"session_on": day, "session_from": "18:30", "session_to": "20:30"}
                        for day in ("2026-12-01", "2026-12-03")
                    ],
                }
            ],
        }
    ]
}


@pytest.fixture
def feed(read, tmp_path):
    """Import text or JSON as a feed."""

    def run(told, **wanted):
        file = tmp_path / "feed"
        file.write_text(told if isinstance(told, str) else json.dumps(told), "utf-8")
        return read(file, **wanted)

    return run


def only(model):
    return db.session.scalars(select(model)).one()


def test_xcri_becomes_courses_with_runs(feed):
    report = feed(XCRI, apply=True, good_rows=True)
    assert report.encoding == "xcri"
    assert [problem.code for problem in report.findings.kept] == ["not_dong"]
    course = only(Course)
    assert course.external_id == "https://school.example/c/1"
    assert (course.title_en, course.title_vi) == ("Pottery & glaze", "Pottery & glaze (tiếng Anh)")
    assert course.learn_en == "First part.\nClay"
    assert [(run.starts_on.isoformat(), run.ends_on.isoformat()) for run in course.runs] == [
        ("2026-12-01", "2026-12-20"),
        ("2027-01-04", "2027-01-18"),
    ]
    assert course.runs[0].mode is Mode.ONLINE
    again = feed(XCRI, apply=True, good_rows=True)
    assert (again.courses.unchanged, again.runs.unchanged) == (1, 2)


def test_json_ld_becomes_courses(feed):
    feed(JSON_LD, apply=True)
    course, run = only(Course), only(Run)
    assert (course.title_vi, course.learn_vi) == ("Tiếng Anh cơ bản", "Nghe & nói")
    assert (run.fee, run.mode, run.teacher) == (500_000, Mode.BLENDED, "Cô Hoa")
    assert run.starts_on.isoformat() == "2026-12-01"
    assert feed(JSON_LD, apply=True).courses.unchanged == 1


def test_our_json_has_the_columns_of_our_table(feed):
    report = feed(OURS, apply=True)
    assert (report.courses.new, report.runs.new, report.sessions_new) == (1, 1, 2)
    assert only(Run).capacity == 20
    assert {each.slug for each in only(Course).audiences} == {"older-people", "women"}


DEEP = "<catalog>" + "<provider>" * 60 + "</provider>" * 60 + "</catalog>"
BILLION = (
    '<!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<catalog><course>&b;</course></catalog>"
)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (BILLION, "xml_with_entities"),
        ('<!DOCTYPE c SYSTEM "file:///etc/passwd"><catalog/>', "xml_with_entities"),
        ("<catalog><course></catalog>", "broken_xml"),
        ("<rss><channel/></rss>", "unknown_feed"),
        (DEEP, "too_big_to_read"),
        ("<!DOCTYPE html><html><body/></html>", "web_page"),
        ('{"courses": [1]}', "unknown_feed"),
        ('{"a": ', "broken_feed"),
        ("[" * 100_000, "broken_feed"),
        ("{}", "unknown_feed"),
    ],
)
def test_hostile_and_broken_feeds_are_refused(told, code, feed):
    with pytest.raises(FileRefused) as refused:
        feed(told)
    assert refused.value.code == code
    assert refused.value.reason.vi != refused.value.reason.en


def test_formulas_stay_text_and_leave_as_text(feed):
    from app.core.tables import safe_text  # noqa: PLC0415

    wicked = '=HYPERLINK("http://x")'
    feed({"courses": [{"course_id": "=1", "title_vi": wicked, "topic": "health"}]}, apply=True)
    assert only(Course).title_vi == wicked
    assert str(safe_text(wicked)).startswith("'=")


def test_a_subject_nobody_knows_takes_the_one_of_the_source(provider, tmp_path):
    from app.feeds.models import SourceKind  # noqa: PLC0415
    from app.feeds.operations import Task, Wanted, perform, sources  # noqa: PLC0415
    from app.feeds.operations.collecting import Reading  # noqa: PLC0415
    from app.feeds.spool import spooled  # noqa: PLC0415

    fields = sources.SourceFields(
        name="", address="https://s.example/", kind=SourceKind.XCRI, topic="culture-arts"
    )
    file = tmp_path / "feed.xml"
    file.write_text(XCRI.replace(">health<", ">Ceramics<"))
    task = Task(
        sources.add_source(provider.id, fields).id,
        Reading(file),
        Wanted(apply=True, good_rows=True),
    )
    with spooled() as spool:
        perform(task, spool)
    assert only(Course).topic.slug == "culture-arts"
