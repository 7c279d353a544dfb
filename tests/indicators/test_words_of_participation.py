"""The page of participation says what the city says, where that is about what it counts."""

import io
from dataclasses import replace

import openpyxl
import pytest

from app.core import config
from app.core.i18n import Bilingual
from app.indicators.measures.results import Attendance, Rules
from app.indicators.operations.definitions import Text, decide, ensure_measures, revise
from app.indicators.queries.definitions import definition
from app.indicators.returns import figures as return_figures
from app.participation import definitions, operations, store
from app.participation.filters import Filter
from tests.factories import GrantFactory
from tests.participation.conftest import crowd

LEARNERS = Bilingual("Người học của thành phố", "Learners of the city")


def edit(code, *, ages=None, **words):
    now = definition(code)
    formula = now.formula
    if ages:
        counted = replace(formula.counted, where=Filter(ages=ages))
        formula = replace(formula, counted=counted)
    text = Text(now.name, now.meaning, now.source, formula)
    revise(code, replace(text, **words), "Theo công văn", None, based_on=now.version)


def in_force():
    return {each.code: each for each in definitions.in_force()}


@pytest.fixture
def figures(app):
    ensure_measures()


def test_before_the_city_has_definitions_the_delivered_words_hold(app):
    assert definitions.in_force() == definitions.FIGURES


def test_the_city_s_words_hold_while_they_are_about_the_same_count(figures):
    edit("N1", name=LEARNERS)
    persons, enrolments = in_force()["N1"], in_force()["N2"]
    assert (persons.label, persons.version, persons.differs) == (LEARNERS, 2, False)
    assert (enrolments.label, enrolments.version) == (definitions.ENROLMENTS.label, 1)
    assert return_figures.in_force()[0].label == LEARNERS


def test_words_about_another_count_are_not_put_on_this_one(figures):
    edit("N1", ages=(16, None), name=LEARNERS)
    persons = in_force()["N1"]
    assert (persons.label, persons.differs) == (definitions.PERSONS.label, True)
    decide(Rules(attendance=Attendance.COURSE), None)
    assert {code for code, each in in_force().items() if each.differs} == {"N1", "N3", "Q1"}


def test_the_page_and_its_files_say_the_city_s_words(figures, client):
    crowd(3)
    operations.rebuild()
    store.refresh(store.folder(config.current()))
    edit("N1", name=LEARNERS)
    edit("N2", ages=(16, None))
    client.sign_in(GrantFactory(city_role="statistician").account)
    page = client.page("/vi/staff/participation?period=2026-H1")
    assert page.select_one("li.tile h3").get_text(strip=True) == LEARNERS.vi
    told = page.select_one("dl.definitions").get_text(" ", strip=True)
    assert "phiên bản 2" in told
    assert "đếm khác" in told
    book = client.get("/vi/staff/participation.xlsx?period=2026-H1").data
    sheet = openpyxl.load_workbook(io.BytesIO(book))["definitions"]
    assert LEARNERS.vi in {cell.value for row in sheet.iter_rows() for cell in row}
