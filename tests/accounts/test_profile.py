"""What people say of themselves, correct and take back."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import operations, queries
from app.accounts.errors import (
    ConsentNeeded,
    EndsBeforeItBegins,
    GroupRecorded,
    GroupsDeclined,
    NotInTheFuture,
)
from app.accounts.models import (
    Consent,
    Employment,
    GroupsAnswer,
    PersonGroup,
    PriorityGroup,
    ResidenceKind,
    Suspicion,
)
from app.accounts.operations import Guest, Home, Profile
from app.core import clock, vi
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.places.models import Sex
from tests.factories import AccountFactory, PersonFactory, WardFactory

HOA = {"full_name": "Nguyễn Thị Hoà", "phone": "+84912345678", "born_in": 1960}


@pytest.fixture
def hoa(app):
    return operations.person_for_guest(Guest(**HOA, unit_id=WardFactory().id))


def seen(person):
    lived = queries.homes([person.id])
    return queries.version(person, lived.get(person.id))


def change(person, version=None, home=None, **said):
    now = queries.homes([person.id])[person.id]
    said = {
        "full_name": person.full_name,
        "born_in": person.born_in,
        "born_on": person.born_on,
        "home": home or Home(unit_id=now.unit_id),
        **said,
    }
    return operations.change_profile(person.id, Profile(**said), version or seen(person), None)


def lived(person):
    return [
        (each.unit_id, each.kind.value, each.valid_from, each.valid_to)
        for each in reversed(queries.residences(person.id))
    ]


def test_a_corrected_name_is_sorted_found_and_met_on_paper_by_the_new_one(hoa):
    change(hoa, full_name="Nguyễn Thị Hoa", sex=Sex.FEMALE, employment=Employment.RETIRED)
    found = operations.person_for_guest(Guest(**HOA | {"full_name": "nguyễn thị hoa"}))
    assert found.id == hoa.id
    assert hoa.name_key == vi.name_match_key("Nguyễn Thị Hoa")
    assert (hoa.sex, hoa.employment) == (Sex.FEMALE, Employment.RETIRED)


def test_details_of_somebody_else_become_a_suspicion_and_tell_nothing(hoa, run_jobs):
    other = operations.person_for_guest(Guest(**HOA | {"full_name": "Nguyễn Thị Hoa"}))
    change(hoa, full_name="Nguyễn Thị Hoa")
    run_jobs()
    pair = db.session.scalars(select(Suspicion)).one()
    assert {pair.first_id, pair.second_id} == {hoa.id, other.id}
    assert hoa.full_name == "Nguyễn Thị Hoa"
    assert hoa.guest_key != other.guest_key
    change(hoa, full_name="Nguyễn Thị Hoa", sex=Sex.FEMALE)
    assert db.session.scalar(select(func.count()).select_from(Suspicion)) == 1


def test_two_browsers_do_not_overwrite_each_other(hoa):
    before = seen(hoa)
    change(hoa, full_name="Nguyễn Thị Hoa")
    with pytest.raises(ChangedMeanwhile):
        change(hoa, before, full_name="Nguyễn Thị Hòa B")


def test_a_ward_since_a_day_in_the_past_leaves_no_day_twice(hoa):
    first = queries.homes([hoa.id])[hoa.id].unit_id
    second, third = WardFactory().id, WardFactory().id
    today = clock.today()
    change(hoa, home=Home(unit_id=second, since=today - timedelta(days=100)))
    change(hoa, home=Home(unit_id=third, since=today - timedelta(days=40)))
    kept = [(unit, since, until) for unit, _kind, since, until in lived(hoa)]
    assert kept == [
        (second, today - timedelta(days=100), today - timedelta(days=41)),
        (third, today - timedelta(days=40), None),
    ]
    assert first not in [unit for unit, *_ in kept]


def test_the_kind_of_residence_alone_changes_no_day(hoa):
    home = queries.homes([hoa.id])[hoa.id]
    change(hoa, home=Home(unit_id=home.unit_id, kind=ResidenceKind.TEMPORARY))
    assert lived(hoa) == [(home.unit_id, "temporary", clock.today(), None)]


def test_nobody_has_moved_in_tomorrow(hoa):
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(NotInTheFuture):
        change(hoa, home=Home(unit_id=None, since=tomorrow))


def give(person, *groups, agrees=True):
    operations.give_groups(person.id, groups, agrees=agrees, language="vi", by_id=None)


def kept(person):
    return {row.group: (row.valid_from, row.valid_to) for row in queries.groups(person.id)}


def test_groups_are_kept_from_today_with_a_consent_and_without_one_not(hoa):
    with pytest.raises(ConsentNeeded):
        give(hoa, PriorityGroup.POOR, agrees=False)
    assert kept(hoa) == {}
    give(hoa, PriorityGroup.POOR, PriorityGroup.DISABILITY)
    give(hoa, PriorityGroup.DISABILITY)
    give(hoa, PriorityGroup.DISABILITY)
    assert kept(hoa) == {PriorityGroup.DISABILITY: (clock.today(), None)}
    assert hoa.groups_answer is GroupsAnswer.GIVEN
    consent = db.session.scalars(select(Consent).where(Consent.person_id == hoa.id)).one()
    assert consent.purpose == "group-statistics"


def test_preferring_not_to_say_deletes_what_was_said_and_what_a_list_said(hoa):
    give(hoa, PriorityGroup.POOR)
    staff = AccountFactory().id
    operations.record_group(
        hoa.id, PriorityGroup.MERITORIOUS, date(2020, 1, 1), None, standard="DS 12", by_id=staff
    )
    operations.decline_groups(hoa.id, None)
    assert kept(hoa) == {}
    assert hoa.groups_answer is GroupsAnswer.DECLINED
    consent = db.session.scalars(select(Consent).where(Consent.person_id == hoa.id)).one()
    assert consent.withdrawn_at is not None
    with pytest.raises(GroupsDeclined):
        operations.record_group(
            hoa.id, PriorityGroup.POOR, date(2026, 1, 1), None, standard="DS 12", by_id=staff
        )


def test_a_status_from_a_list_has_its_days_its_standard_and_who_wrote_it(app):
    person, staff = PersonFactory(), AccountFactory().id
    year = date(2026, 1, 1), date(2026, 12, 31)
    row = operations.record_group(
        person.id, PriorityGroup.NEAR_POOR, *year, standard="Nghị định 30/2025", by_id=staff
    )
    assert (row.valid_to, row.standard, row.recorded_by_id) == (year[1], "Nghị định 30/2025", staff)
    with pytest.raises(GroupRecorded):
        operations.record_group(
            person.id, PriorityGroup.NEAR_POOR, date(2026, 6, 1), None, standard="x", by_id=staff
        )
    with pytest.raises(EndsBeforeItBegins):
        operations.record_group(
            person.id, PriorityGroup.POOR, year[1], year[0], standard="x", by_id=staff
        )
    assert db.session.scalar(select(func.count()).select_from(PersonGroup)) == 1
