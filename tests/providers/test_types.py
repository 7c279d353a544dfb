"""Provider types: an editable, dated list."""

from datetime import date, timedelta

import pytest

from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.core.i18n import Bilingual
from app.providers import operations, queries
from app.providers.errors import CodeTaken, EndsBeforeItBegins
from app.providers.models import ProviderStatus, StaffMember
from app.providers.operations import TypeFields
from tests.factories import (
    AccountFactory,
    GrantFactory,
    ProviderFactory,
    ProviderTypeFactory,
    StaffFactory,
    WardFactory,
)

FIELDS = TypeFields(
    name=Bilingual("Trường trung học nghề", "Vocational high school"),
    default_cla="1",
    valid_from=date(2026, 1, 1),
)
ADDRESS = "/vi/staff/provider-types"


def test_a_type_has_a_first_and_a_last_day(app):
    today = clock.today()
    for code, first, last in (
        ("past", today - timedelta(days=9), today - timedelta(days=1)),
        ("now", today, today),
        ("coming", today + timedelta(days=1), None),
    ):
        ProviderTypeFactory(code=code, valid_from=first, valid_to=last)
    assert [kind.code for kind in queries.types()] == ["now"]
    assert len(queries.all_types()) == 3


def test_a_code_is_used_once_for_ever(app):
    operations.add_type("vocational-high-school", FIELDS)
    with pytest.raises(CodeTaken):
        operations.add_type("vocational-high-school", FIELDS)


def test_dates_must_make_sense(app):
    wrong = TypeFields(
        name=FIELDS.name, default_cla="1", valid_from=FIELDS.valid_from, valid_to=date(2025, 1, 1)
    )
    with pytest.raises(EndsBeforeItBegins):
        operations.add_type("x", wrong)


def test_the_catalogue_editor_keeps_the_list(client):
    client.sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)
    data = {
        "code": "vocational-high-school",
        "name_vi": "Trường trung học nghề",
        "name_en": "Vocational high school",
        "default_cla": "1",
        "valid_from": "1/1/2026",
    }
    client.send(ADDRESS, data)
    kind = queries.all_types()[0]
    client.send(f"{ADDRESS}/{kind.id}", data | {"valid_to": "31/12/2030"})
    assert (kind.code, kind.valid_to) == ("vocational-high-school", date(2030, 12, 31))
    assert client.page(f"{ADDRESS}/{kind.id}").select_one("#valid_to")["value"] == "31/12/2030"
    taken = client.send(ADDRESS, data, status=422).get_data(as_text=True)
    assert 'id="code-error"' in taken
    wrong = client.send(ADDRESS, data | {"code": "Có Dấu"}, status=422).get_data(as_text=True)
    assert 'id="code-error"' in wrong


@pytest.mark.parametrize("role", [None, CityRole.STATISTICIAN])
def test_nobody_else_does(client, role):
    account = GrantFactory(city_role=role).account if role else StaffFactory().account
    client.sign_in(account)
    assert client.get(ADDRESS).status_code == 403


def test_staff_of_a_closed_provider_have_no_way_in(app):
    member = StaffFactory()
    assert queries.memberships(member.account_id)[member.provider_id].role is ProviderRole.EDITOR
    member.provider.status = ProviderStatus.CLOSED
    assert queries.memberships(member.account_id) == {}


def test_a_second_role_at_a_provider_replaces_the_first(app):
    provider, account = ProviderFactory(), AccountFactory()
    operations.set_member(provider.id, account.id, ProviderRole.TEACHER)
    operations.set_member(provider.id, account.id, ProviderRole.OWNER)
    assert [m.role for m in db.session.query(StaffMember)] == [ProviderRole.OWNER]


def test_an_operator_makes_a_provider_and_its_first_owner(command):
    ward = WardFactory()
    names = ("--name-vi", "Thư viện Bình An", "--type", "library", "--ward", ward.code)
    assert "/vi/providers/thu-vien" in command("providers", "create", "thu-vien", *names)
    command("providers", "create", "thu-vien", *names, status=1)
    said = command("providers", "add-staff", "thu-vien", "lan@example.org", "--role", "owner")
    assert "lan@example.org is owner" in said
    member = db.session.query(StaffMember).one()
    assert member.role is ProviderRole.OWNER
