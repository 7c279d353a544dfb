"""What becomes of a provider: out of sight, back again, closed, part of another."""

from datetime import timedelta

import pytest

from app.catalogue.models import Course, CourseStatus
from app.core import clock
from app.core.access import CityRole, ProviderRole
from app.core.db import db
from app.notices.models import Message
from app.participation import operations as figures
from app.providers import queries as providers
from app.providers.errors import DecidedAlready, NoSuccessor, WordsLacking
from app.providers.models import Provider, ProviderStatus, ProviderStep
from app.providers.standing import operations
from app.resources.models import Resource
from app.search import in_step
from tests.factories import (
    AccountFactory,
    CourseFactory,
    GrantFactory,
    ProviderFactory,
    ResourceFactory,
    RunFactory,
    SiteFactory,
    StaffFactory,
)
from tests.participation.conftest import facts, meet, seat

WHY = "Giấy phép hết hạn."


@pytest.fixture
def course(app) -> Course:
    made = CourseFactory(status=CourseStatus.PUBLISHED, title_vi="Đan lát mây tre")
    RunFactory(course=made)
    StaffFactory(provider=made.provider, role=ProviderRole.OWNER)
    return made


@pytest.fixture
def by_id(app) -> int:
    return GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account_id


def finds(client, words: str) -> bool:
    return words in client.page("/vi/courses?q=đan+lát").main.get_text()


def test_a_suspended_provider_vanishes_from_pages_and_search_until_it_is_lifted(
    client, course, by_id, run_jobs
):
    resource = ResourceFactory(provider=course.provider, status=CourseStatus.PUBLISHED)
    draft = CourseFactory(provider=course.provider, status=CourseStatus.DRAFT)
    key, page, draft_id = course.provider_id, f"/vi/courses/{course.id}", draft.id
    other, resource_id = f"/vi/resources/{resource.id}", resource.id
    run_jobs()
    in_step.rebuild()  # it may hold what other tests wrote
    assert finds(client, "Đan lát mây tre")
    operations.suspend(key, WHY, by_id)
    assert client.get(page).status_code == 404
    assert client.get(other).status_code == 404
    run_jobs()
    assert not finds(client, "Đan lát mây tre")
    with pytest.raises(DecidedAlready):
        operations.suspend(key, WHY, by_id)
    operations.lift(key, "Đã gia hạn.", by_id)
    run_jobs()
    assert finds(client, "Đan lát mây tre")
    assert db.session.get_one(Course, draft_id).status is CourseStatus.DRAFT
    assert db.session.get_one(Resource, resource_id).is_public
    letters = [each.body for each in db.session.query(Message).order_by(Message.id)]
    assert [WHY in each for each in letters] == [True, False]


def test_staff_of_a_suspended_provider_read_and_do_not_publish(app, course, by_id):
    resource = ResourceFactory(provider=course.provider, status=CourseStatus.DRAFT)
    editor = StaffFactory(provider=course.provider, role=ProviderRole.EDITOR)
    operations.suspend(course.provider_id, WHY, by_id)
    desk = app.test_client().sign_in(editor.account)
    base = f"/vi/provider/{course.provider.slug}"
    assert "profile" in str(desk.page(f"{base}/courses").select_one(".notice--warn"))
    assert WHY in desk.page(f"{base}/profile").get_text()
    token = desk.token(f"{base}/courses")
    answer = desk.post(f"{base}/resources/{resource.id}/publish", data={"csrf_token": token})
    assert answer.status_code == 409
    assert not db.session.get_one(Resource, resource.id).is_public


def test_a_closed_provider_has_no_staff_and_its_page_says_so(client, course, by_id):
    member = StaffFactory(provider=course.provider)
    operations.close(course.provider_id, WHY, by_id)
    assert providers.memberships(member.account_id) == {}
    page = client.page(f"/vi/providers/{course.provider.slug}")
    assert course.title_vi not in page.get_text()
    with pytest.raises(DecidedAlready):
        operations.lift(course.provider_id, WHY, by_id)


def test_nothing_is_decided_without_a_reason(course, by_id):
    with pytest.raises(WordsLacking):
        operations.suspend(course.provider_id, "  ", by_id)
    assert db.session.get_one(Provider, course.provider_id).status is ProviderStatus.ACTIVE
    assert db.session.query(ProviderStep).count() == 0


def test_a_merger_hands_over_what_is_there_and_leaves_the_figures_of_the_past(
    client, course, by_id, run_jobs
):
    heir, old = ProviderFactory(slug="noi-moi"), course.provider
    shared = SiteFactory(provider=old)
    SiteFactory(provider=heir, venue=shared.venue)
    SiteFactory(provider=old)
    resource = ResourceFactory(provider=old, status=CourseStatus.PUBLISHED)
    course.external_id = "A1"
    CourseFactory(provider=heir, external_id="A1")
    goes, stays = StaffFactory(provider=old), StaffFactory(provider=old)
    run, past = course.runs[0], clock.today() - timedelta(days=40)
    meet(run, past, present=[seat(run, past)])
    ids = old.id, heir.id, course.id, goes.id
    accounts, slug = (goes.account_id, stays.account_id), old.slug
    run_jobs()
    figures.rebuild()
    assert [each.provider_id for each in facts()] == [ids[0]]
    operations.merge(ids[0], ids[1], WHY, by_id, members=[ids[3]])
    run_jobs()
    db.session.expire_all()
    figures.rebuild()
    assert [each.provider_id for each in facts()] == [ids[0]]
    moved = db.session.get_one(Course, ids[2])
    assert (moved.provider_id, moved.external_id) == (ids[1], f"{slug}/A1")
    assert db.session.get_one(Resource, resource.id).provider_id == ids[1]
    assert len(providers.venues(ids[1])) == 2
    assert [len(providers.memberships(each)) for each in accounts] == [1, 0]
    answer = client.get(f"/vi/providers/{slug}")
    assert (answer.status_code, answer.location) == (301, "/vi/providers/noi-moi")
    text = client.page("/vi/providers/noi-moi").get_text()
    assert old.name_vi in text
    assert moved.title_vi in text
    found = client.page(f"/vi/courses?provider={slug}").main.get_text()
    assert moved.title_vi in found


def test_a_provider_joins_only_another_that_is_at_work(course, by_id):
    closed = ProviderFactory(status=ProviderStatus.CLOSED)
    for heir in (course.provider_id, closed.id, 999_999):
        with pytest.raises(NoSuccessor):
            operations.merge(course.provider_id, heir, WHY, by_id)


def test_of_two_staff_who_decide_at_once_one_is_told(course, by_id, at_once):
    key, heir_id = course.provider_id, ProviderFactory().id
    said = at_once(
        [
            lambda: operations.close(key, WHY, by_id) or "done",
            lambda: operations.merge(key, heir_id, WHY, by_id) or "done",
        ]
    )
    assert sorted(said) == ["decided_already", "done"]
    assert db.session.query(ProviderStep).count() == 1


def test_city_staff_decide_on_the_pages(app, course, by_id):
    heir = ProviderFactory(name_vi="Trung tâm Sao Mai")
    desk = app.test_client().sign_in(AccountFactory())
    page = f"/vi/staff/providers/{course.provider_id}"
    assert desk.get(page).status_code == 403
    desk = app.test_client().sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)
    assert course.provider.name_vi in desk.page("/vi/staff/providers?q=cộng+đồng").get_text()
    desk.send(page, {"decision": "suspend", "words": ""}, status=422)
    desk.send(page, {"decision": "suspend", "words": WHY})
    assert WHY in desk.page(page).get_text()
    desk.send(page, {"decision": "lift", "words": "Đã gia hạn."})
    merge = f"{page}/merge?q=sao+mai"
    words = "Sáp nhập theo quyết định."
    chosen = {"successor": str(heir.id), "members": "9" * 30, "words": words}
    desk.send(merge, {"words": "Sáp nhập"}, status=422)
    for number in ("9" * 10, "9" * 30):  # no row has it, and no database would take it
        desk.send(merge, {"successor": number, "members": number, "words": "Sáp nhập"}, status=422)
        assert desk.get(f"/vi/staff/applications?type={number}").status_code == 200
    desk.send(merge, chosen)
    assert desk.get(merge).status_code == 404
