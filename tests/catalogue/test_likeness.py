"""Providers and courses that may be one are shown to city staff, and decided about once."""

import pytest

from app.catalogue import likeness as courses
from app.catalogue.models import Course, CourseStatus, Run
from app.core.access import CityRole
from app.core.db import db
from app.providers import likeness as providers
from app.providers.errors import DecidedAlready
from tests.factories import (
    CourseFactory,
    GrantFactory,
    ProviderFactory,
    RunFactory,
    WardFactory,
)


@pytest.fixture
def editor(app):
    return GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("trung tam hoc tap cong dong binh an", "trung tam hoc tap cong dong binh an", True),
        ("trung tam hoc tap cong dong binh an", "trung tam hoc tap cong dong binh minh", False),
        ("trung tam ngoai ngu sao mai", "trung tam ngoai ngu sao may", True),
        ("tieu hoc so 1", "tieu hoc so 2", False),
        ("tieng anh giao tiep a", "tieng anh giao tiep b", False),
        ("tin hoc van phong excel", "excel tin hoc van phong", True),
    ],
)
def test_names_are_alike_in_any_order_and_numbers_tell_them_apart(one, other, alike):
    assert (providers.score(one, other) >= providers.ENOUGH) is alike


def test_only_providers_of_one_ward_are_compared_and_two_stays_two(editor):
    ward = WardFactory()
    one, two = (
        ProviderFactory(name_vi=name, unit=ward)
        for name in ("Nhạc viện Sao Mai", "nhac vien sao mai")
    )
    ProviderFactory(name_vi="Nhạc viện Sao Mai")
    assert (providers.look(), providers.look()) == (1, 0)
    (found,) = db.session.scalars(providers.open_pairs())
    assert (found.first_id, found.second_id) == (one.id, two.id)
    providers.found_different(found.id, editor.id)
    assert providers.look() == 0
    with pytest.raises(DecidedAlready):
        providers.found_different(found.id, editor.id)


def test_two_courses_become_one_and_the_old_address_leads_to_it(app, client, editor):
    kept = CourseFactory(status=CourseStatus.PUBLISHED, title_vi="Cắm hoa cơ bản")
    gone = CourseFactory(
        provider=kept.provider, topic=kept.topic, status=CourseStatus.PUBLISHED,
        title_vi="Cam hoa co ban",
    )  # fmt: skip
    RunFactory(course=kept, external_id="1")
    run = RunFactory(course=gone, external_id="1")
    ids = kept.id, gone.id, run.id
    assert courses.look(kept.provider_id) == 1
    staff = app.test_client().sign_in(editor)
    (pair,) = db.session.scalars(courses.open_pairs())
    page = "/vi/staff/likenesses"
    which = "first" if pair.first_id == ids[0] else "second"
    staff.send(f"{page}/courses/{pair.id}", {"decision": which}, page=page)
    assert db.session.get_one(Run, ids[2]).course_id == ids[0]
    assert db.session.get_one(Course, ids[1]).status is CourseStatus.WITHDRAWN
    assert client.get(f"/vi/courses/{ids[1]}").location == f"/vi/courses/{ids[0]}"
    assert staff.page(page).select("section.box") == []
    assert courses.look(kept.provider_id) == 0
