"""A statistician reads, tries out and changes the definition of a figure."""

from datetime import date

import pytest
from sqlalchemy import select

from app.core import config
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.indicators.measures.engine import compute, definition
from app.indicators.measures.results import Attendance, CountedResidents
from app.indicators.operations.definitions import ensure_measures
from app.indicators.queries.rules import current_rules
from app.participation import operations, periods, store
from tests.client import read
from tests.factories import AccountFactory, GrantFactory
from tests.participation.conftest import crowd

pytestmark = pytest.mark.on_any_database

EDIT = "/vi/staff/measures/N1/edit"


@pytest.fixture
def statistician(client):
    ensure_measures()
    return client.sign_in(GrantFactory(city_role=CityRole.STATISTICIAN).account)


@pytest.fixture
def facts(app):
    crowd(3, born_on=date(2015, 1, 1))
    crowd(7, born_on=date(1990, 1, 1), sex="male")
    operations.rebuild()
    store.refresh(store.folder(config.current()))


def typed(page) -> dict:
    """What the form of a page sends as it stands."""
    fields: dict = {}
    form = page.select_one("main form")
    for box in form.select("input, textarea, select"):
        name, kind = box.get("name"), box.get("type")
        if not name or (kind in ("radio", "checkbox") and not box.has_attr("checked")):
            continue
        if box.name == "select":
            chosen = box.select_one("option[selected]") or box.select_one("option")
            value = chosen["value"]
        else:
            value = (
                box.text.removeprefix("\n") if box.name == "textarea" else box.get("value", "on")
            )
        fields.setdefault(name, []).append(value)
    return fields


def test_a_definition_is_tried_out_changed_and_verified(statistician, facts):
    page = statistician.page(EDIT)
    fields = typed(page) | {"counted-age_from": ["16"], "period": ["2026"], "act": ["preview"]}
    seen = read(statistician.send(EDIT, fields, 200))
    rows = [[cell.text for cell in row.select("td")][:3] for row in seen.select("tbody tr")]
    assert rows[:2] == [["10", "10", "–"], ["7", "7", "–"]]
    kept = typed(seen)
    assert {name for name in kept if kept[name] != fields[name]} <= {"csrf_token"}
    assert definition("N1").version == 1
    looked = select(AuditEntry.object_id).where(AuditEntry.action == "measures.previewed")
    assert db.session.scalars(looked).all() == ["N1"]

    unexplained = read(statistician.send(EDIT, fields | {"act": ["save"]}, 422))
    assert "lý do" in unexplained.select_one(".error-summary").text
    statistician.send(EDIT, fields | {"act": ["save"], "reason": ["Theo công văn 86"]})
    old, new = definition("N1", 1), definition("N1")
    assert (new.version, new.formula.counted.where.ages) == (2, (16, None))
    year = periods.parse("2026")
    assert [compute(each, year).total.value for each in (old, new)] == [10, 7]

    page = statistician.page("/vi/staff/measures/N1")
    assert "Theo công văn 86" in page.text
    assert "chưa được xác nhận" in page.text
    statistician.send("/vi/staff/measures/N1/verify/2", page="/vi/staff/measures/N1")
    assert definition("N1").status == "verified"
    assert definition("N1", 1).status == "unverified"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_typed_again(statistician):
    fields = typed(statistician.page(EDIT)) | {
        "name_vi": ["Người lớn"],
        "counted-cla": ["4.9"],
        "counted-age_from": ["60"],
        "counted-age_to": ["15"],
        "result_form": ["percent"],
        "act": ["save"],
    }
    page = read(statistician.send(EDIT, fields, 422))
    wrong = {each["for"] for each in page.select(".field--wrong > label")}
    assert wrong == {"counted-cla", "counted-age_from"}
    assert page.select_one("#divided_by-0").find_parent("fieldset")["class"] == [
        "field",
        "field--wrong",
    ]
    targets = [each["href"] for each in page.select(".error-summary a")]
    assert all(page.select_one(target) for target in targets)
    assert page.select_one("#name_vi")["value"] == "Người lớn"
    assert page.select_one("#counted-cla")["value"] == "4.9"
    assert definition("N1").version == 1


def test_two_who_edit_at_once_do_not_undo_one_another(statistician):
    fields = typed(statistician.page(EDIT)) | {"reason": ["Một"], "act": ["save"]}
    statistician.send(EDIT, fields | {"name_en": ["People"]})
    second = read(statistician.send(EDIT, fields | {"name_en": ["Humans"]}, 422))
    assert second.select_one("#name_en")["value"] == "Humans"
    assert definition("N1").name.en == "People"


def test_every_starting_definition_can_be_opened_and_saved_as_it_is(statistician):
    for code in (
        "R1",
        "4.4a",
        "4.4b",
        "4.4c-area",
        "4.4c-ethnic",
        "5.2",
        "6.1",
        "7.2",
        "7.3",
        "F1",
    ):
        address = f"/en/staff/measures/{code}/edit"
        fields = typed(statistician.page(address)) | {"reason": ["x"], "act": ["save"]}
        page = read(statistician.send(address, fields, 422))
        assert "Nothing differs" in page.select_one(".error-summary").text, code
        assert statistician.get(f"/en/staff/measures/{code}").status_code == 200


def test_the_city_decides_who_is_a_resident_and_what_an_attendance_is(statistician):
    chosen = {"residents": "permanent", "attendance": "course"}
    statistician.send("/vi/staff/measures", chosen)
    assert current_rules().residents is CountedResidents.PERMANENT
    assert current_rules().attendance is Attendance.COURSE
    checked = statistician.page("/vi/staff/measures").select("input[checked]")
    assert [each["value"] for each in checked] == ["permanent", "course"]


@pytest.mark.parametrize("path", ["measures", "measures/N1", "measures/N1/edit"])
def test_definitions_are_for_statisticians(client, path):
    ensure_measures()
    editor = GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account
    for account in (AccountFactory(), editor):
        assert client.sign_in(account).get(f"/vi/staff/{path}").status_code in (403, 404)
