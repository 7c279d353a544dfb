"""What the city decides about the catalogue: takedowns, and its lists of subjects and audiences."""

import pytest

from app.catalogue.errors import NoHeir, SlugTaken
from app.catalogue.models import Course, CourseStatus, Topic
from app.catalogue.operations import vocabulary as operations
from app.catalogue.operations.takedowns import OF_COURSES
from app.catalogue.operations.vocabulary import TermFields
from app.catalogue.wordlists import Kind, open_topics
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.core.i18n import Bilingual
from app.notices.models import Message
from app.providers.errors import NotInSight
from app.providers.standing import operations as standing
from app.resources.models import Resource
from app.search import in_step
from tests.factories import (
    AudienceFactory,
    CourseFactory,
    EnrolmentFactory,
    GrantFactory,
    ResourceFactory,
    RunFactory,
    StaffFactory,
    TopicFactory,
)

WHY = "Nội dung sai quy định."


@pytest.fixture
def editor(app):
    return GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account


@pytest.fixture
def course(app) -> Course:
    made = CourseFactory(status=CourseStatus.PUBLISHED, title_vi="Đan lát mây tre")
    RunFactory(course=made)
    return made


def test_a_course_taken_down_is_out_of_sight_and_the_provider_reads_why(
    app, client, course, editor, run_jobs
):
    owner = StaffFactory(provider=course.provider, role=ProviderRole.OWNER)
    place = EnrolmentFactory(run=course.runs[0])
    key, code, desk_page = course.id, place.code, f"/vi/staff/courses/{course.id}/takedown"
    public = f"/vi/courses/{key}-dan-lat-may-tre"
    own_page = f"/vi/provider/{course.provider.slug}/courses/{course.id}"
    staff = app.test_client().sign_in(editor)
    assert desk_page in str(staff.page(public))
    staff.send(desk_page, {"words": ""}, status=422)
    staff.send(desk_page, {"words": WHY})
    run_jobs()
    assert client.get(public).status_code == 404
    assert "Đan lát mây tre" not in client.page("/vi/courses?q=đan+lát").main.get_text()
    assert client.get(f"/vi/places/{code}").status_code in (200, 303)
    own = app.test_client().sign_in(owner.account)
    assert WHY in own.page(own_page).get_text()
    token = own.token(own_page)
    own.post(f"{own_page}/publish", data={"csrf_token": token})
    assert db.session.get_one(Course, key).status is CourseStatus.HELD
    staff.send(desk_page, {"words": "Đã sửa."})
    run_jobs()
    assert client.get(public).status_code == 200
    assert WHY in db.session.query(Message).order_by(Message.id)[0].body


def test_what_was_taken_down_stays_so_when_its_provider_is_let_go(course, editor):
    other = CourseFactory(provider=course.provider, status=CourseStatus.PUBLISHED)
    OF_COURSES.take_down(course.id, WHY, editor.id)
    standing.suspend(course.provider_id, WHY, editor.id)
    OF_COURSES.lift(course.id, "Đã sửa.", editor.id)
    assert db.session.get_one(Course, course.id).status is CourseStatus.HELD
    OF_COURSES.take_down(course.id, WHY, editor.id)
    standing.lift(course.provider_id, "Xong.", editor.id)
    states = [db.session.get_one(Course, each).status for each in (course.id, other.id)]
    assert states == [CourseStatus.HELD, CourseStatus.PUBLISHED]


def test_two_staff_take_a_course_down_once(course, editor, at_once):
    key, by_id = course.id, editor.id
    said = at_once([lambda: OF_COURSES.take_down(key, WHY, by_id) or "done"] * 2)
    assert sorted(said) == ["decided_already", "done"]


def test_what_nobody_sees_is_not_taken_down(editor):
    draft = CourseFactory(status=CourseStatus.DRAFT)
    with pytest.raises(NotInSight):
        OF_COURSES.take_down(draft.id, WHY, editor.id)


def test_a_resource_is_taken_down_and_let_go(app, client, editor):
    resource = ResourceFactory(status=CourseStatus.PUBLISHED)
    key, page = resource.id, f"/vi/staff/resources/{resource.id}/takedown"
    owner = StaffFactory(provider=resource.provider, role=ProviderRole.OWNER).account
    base = f"/vi/provider/{resource.provider.slug}/resources"
    staff = app.test_client().sign_in(editor)
    staff.send(page, {"words": WHY})
    assert client.get(f"/vi/resources/{key}").status_code == 404
    assert WHY in app.test_client().sign_in(owner).page(base).get_text()
    staff.send(page, {"words": "Đã sửa."})
    assert db.session.get_one(Resource, key).is_public


def test_an_ended_subject_is_followed_by_its_courses_and_its_address_still_works(
    client, editor, course, run_jobs
):
    old = db.session.get_one(Topic, course.topic_id)
    heir = TopicFactory(slug="crafts", name_vi="Thủ công")
    resource = ResourceFactory(topic=old, status=CourseStatus.PUBLISHED)
    ids, slug = (old.id, heir.id, course.id, resource.id), old.slug
    operations.end_term(Kind.TOPIC, ids[0], editor.id, heir_id=ids[1], follow=True)
    run_jobs()
    assert db.session.get_one(Course, ids[2]).topic_id == ids[1]
    assert db.session.get_one(Resource, ids[3]).topic_id == ids[1]
    assert ids[0] not in [each.id for each in open_topics()]
    assert client.get(f"/vi/subjects/{slug}").location == "/vi/subjects/crafts"
    assert "Đan lát mây tre" in client.page(f"/vi/courses?topic={slug}").main.get_text()


def test_what_keeps_an_ended_subject_is_found_under_both(client, editor, course, run_jobs):
    old, heir = course.topic, TopicFactory(slug="crafts")
    slug = old.slug
    in_step.rebuild()  # it may hold what other tests wrote
    operations.end_term(Kind.TOPIC, old.id, editor.id, heir_id=heir.id)
    run_jobs()
    assert "Đan lát mây tre" in client.page(f"/vi/courses?topic={slug}").main.get_text()


def test_audiences_follow_without_being_doubled(editor):
    old, heir = AudienceFactory(slug="old"), AudienceFactory(slug="heir")
    both, one = CourseFactory(audiences=[old, heir]), CourseFactory(audiences=[old])
    operations.end_term(Kind.AUDIENCE, old.id, editor.id, heir_id=heir.id, follow=True)
    for each in (both, one):
        db.session.refresh(each)
        assert each.audiences == [heir]


def test_nothing_follows_to_what_ended_itself(editor):
    old, ended = TopicFactory(slug="old"), TopicFactory(slug="ended")
    operations.end_term(Kind.TOPIC, ended.id, editor.id)
    for heir in (ended.id, old.id, None):
        with pytest.raises(NoHeir):
            operations.end_term(Kind.TOPIC, old.id, editor.id, heir_id=heir, follow=True)
    fields = TermFields(name=Bilingual("Khác", "Other"), position=1, isced_f="061")
    with pytest.raises(SlugTaken):
        operations.add_term(Kind.TOPIC, ended.slug, fields, editor.id)


def test_the_editor_keeps_the_lists_on_the_pages(app, course, editor):
    staff = app.test_client().sign_in(editor)
    page = "/vi/staff/vocabulary/topic"
    new = {"slug": "crafts", "name_vi": "Thủ công", "name_en": "Crafts", "isced_f": "021",
           "position": "3"}  # fmt: skip
    staff.send(page, new)
    staff.send(page, new, status=422)
    staff.send(page, new | {"slug": "Có Dấu"}, status=422)
    made = db.session.query(Topic).filter_by(slug="crafts").one()
    staff.send(f"{page}/{made.id}", new | {"name_en": "Handicraft"})
    old = f"{page}/{course.topic_id}"
    staff.send(f"{old}/end", {"heir": "", "then": "follow"}, status=422, page=old)
    staff.send(f"{old}/end", {"heir": str(made.id), "then": "keep"}, page=old)
    assert course.title_vi in staff.page(old).get_text()
    staff.send(f"{old}/reopen", page=old)
    assert db.session.get_one(Topic, course.topic_id).ended_on is None
    assert app.test_client().sign_in(StaffFactory().account).get(page).status_code == 403
    group = {"slug": "carers", "name_vi": "Người chăm sóc", "name_en": "Carers", "position": "1",
             "is_priority": "y"}  # fmt: skip
    staff.send("/vi/staff/vocabulary/audience", group)
