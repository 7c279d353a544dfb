"""Live courses change in one step, and nobody's words are lost."""

import time
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select, update

from app.catalogue import documents, editing, operations
from app.catalogue.errors import (
    HeldByTheCity,
    NobodyAsked,
    NotAnEmptyDraft,
    NotComplete,
    NothingToJoin,
    NotInTheFuture,
)
from app.catalogue.models import Course, CourseStatus
from app.catalogue.revision_models import CourseRelease, CourseRevision, CourseVersion, ReleaseState
from app.core import clock, jobs
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.core.errors import ChangedMeanwhile
from app.providers.errors import NotAtWork
from app.providers.models import ProviderStatus
from tests.factories import AccountFactory, AudienceFactory, CourseFactory, RunFactory

SOON = timedelta(minutes=30)


@pytest.fixture
def course(app) -> Course:
    """A live course with a run to join."""
    return RunFactory().course


@pytest.fixture
def draft(app) -> Course:
    made = CourseFactory(status=CourseStatus.DRAFT, published_at=None)
    RunFactory(course=made)
    return made


def _type(course: Course, by_id=None, **values) -> None:
    """As an editor who has just opened the form."""
    seen = documents.fingerprint(editing.desk(course).document, values)
    operations.save_part(course.id, values, seen, by_id)
    db.session.expire_all()


def _seen(course: Course) -> operations.Versions:
    desk = editing.desk(course)
    return operations.versions(course, desk.revision)


def _release(course: Course, at=None):
    state = operations.release(course.id, _seen(course), None, at)
    db.session.expire_all()
    return state


def _hours_pass(course: Course) -> None:
    """The hour that was set comes, and the worker wakes."""
    with transaction() as session:
        wish = session.scalars(select(CourseRelease)).one()
        wish.publish_at = clock.now() - timedelta(seconds=1)
        for job in session.scalars(select(jobs.Job)):
            job.due_at = clock.now() - timedelta(seconds=1)
    jobs.work(once=True)
    db.session.expire_all()


def _handlers() -> set[str]:
    return set(db.session.scalars(select(jobs.Job.handler)))


def test_what_is_typed_about_a_live_course_stays_beside_it_until_it_is_published(course):
    before = documents.of_course(course)
    _type(course, title_vi="Tên mới", learn_vi="Điều mới")
    assert documents.of_course(course) == before
    assert _handlers() == set()
    assert [each.name for each in editing.desk(course).changes] == ["title_vi", "learn_vi"]
    operations.publish(course.id)
    db.session.expire_all()
    assert (course.title_vi, course.learn_vi) == ("Tên mới", "Điều mới")
    assert "search.jobs.reindex_course" in _handlers()
    assert db.session.query(CourseRevision).count() == 0


def test_a_revision_is_applied_whole_or_not_at_all(course, monkeypatch):
    _type(course, title_vi="Tên mới", summary_vi="Khác.")
    version = course.version

    def breaks_off(*_):
        raise RuntimeError

    monkeypatch.setattr("app.catalogue.operations.publishing.note", breaks_off)
    with pytest.raises(RuntimeError):
        operations.publish(course.id)
    db.session.expire_all()
    assert (course.version, course.title_vi == "Tên mới") == (version, False)
    assert editing.desk(course).document["title_vi"] == "Tên mới"
    assert db.session.query(CourseVersion).count() == 1  # what was live when the revision began


def test_of_two_editors_at_once_one_is_told_and_the_other_is_kept(course, at_once):
    seen = documents.fingerprint(documents.of_course(course), ["title_vi"])
    key = course.id
    answers = at_once(
        [
            lambda text=text: operations.save_part(key, {"title_vi": text}, seen)
            for text in ("Một", "Hai")
        ]
    )
    assert sorted(map(str, answers)) == ["None", "changed_meanwhile"]
    assert editing.desk(db.session.get(Course, key)).document["title_vi"] in {"Một", "Hai"}


def test_whoever_saves_another_part_is_in_nobody_s_way(course):
    document = documents.of_course(course)
    title, whom = (documents.fingerprint(document, [n]) for n in ("title_vi", "for_whom_vi"))
    operations.save_part(course.id, {"title_vi": "Tên mới"}, title)
    operations.save_part(course.id, {"for_whom_vi": "Mọi người"}, whom)
    found = editing.desk(course).document
    assert (found["title_vi"], found["for_whom_vi"]) == ("Tên mới", "Mọi người")
    with pytest.raises(ChangedMeanwhile):
        operations.save_part(course.id, {"title_vi": "Tên khác"}, title)


def test_a_draft_is_edited_in_place(draft):
    _type(draft, title_vi="Tên mới")
    assert draft.title_vi == "Tên mới"
    assert db.session.query(CourseRevision).count() == 0


def test_typing_what_is_live_again_leaves_nothing_pending(course):
    title = course.title_vi
    _type(course, title_vi="Tên mới")
    _type(course, title_vi=title)
    assert db.session.query(CourseRevision).count() == 0


def test_a_feed_under_a_revision_is_told_and_keeps_what_nobody_typed(course):
    before = course.summary_vi
    _type(course, title_vi="Của biên tập")
    with transaction():
        course.title_vi, course.summary_vi = "Của tệp", "Tóm tắt từ tệp."
    desk = editing.desk(course)
    told = [(each.name, each.before, each.after) for each in desk.meanwhile]
    assert told[1:] == [("summary_vi", before, "Tóm tắt từ tệp.")]
    assert told[0][::2] == ("title_vi", "Của tệp")
    assert [(each.name, each.before, each.after) for each in desk.changes] == [
        ("title_vi", "Của tệp", "Của biên tập")
    ]
    operations.publish(course.id)
    db.session.expire_all()
    assert (course.title_vi, course.summary_vi) == ("Của biên tập", "Tóm tắt từ tệp.")
    numbers = select(CourseVersion.number, CourseVersion.from_elsewhere)
    kept = [tuple(row) for row in db.session.execute(numbers.order_by(CourseVersion.number))]
    assert kept == [(1, True), (2, True), (3, False)]


def test_what_is_typed_again_stands_on_the_live_course_of_now(course):
    _type(course, title_vi="Của biên tập")
    with transaction():
        course.title_vi = "Của tệp"
    _type(course, title_vi="Của biên tập, lần hai")
    assert editing.desk(course).meanwhile == []
    _type(course, title_vi="Của tệp")
    assert editing.desk(course).revision is None


def test_discarding_leaves_residents_with_what_they_see(course):
    title = course.title_vi
    _type(course, title_vi="Tên mới")
    _release(course, clock.now() + SOON)
    operations.discard(course.id)
    assert editing.desk(course).document["title_vi"] == title
    assert db.session.query(CourseRelease).count() == 0


def test_a_translation_is_marked_when_its_source_changes(course):
    source = course.summary_vi
    _type(course, summary_vi="Khác hẳn.")
    assert editing.desk(course).document["source_was"] == {"summary": source}
    operations.publish(course.id)
    db.session.expire_all()
    assert course.source_was == {"summary": source}
    _type(course, summary_en="Quite different.")
    assert editing.desk(course).document["source_was"] == {}


def test_an_editor_can_say_that_the_translation_still_fits(course):
    with transaction():
        course.summary_vi += " Miễn phí."  # a feed's
    assert list(course.source_was) == ["summary"]
    values = {"summary_vi": course.summary_vi, "summary_en": course.summary_en}
    seen = documents.fingerprint(documents.of_course(course), values)
    operations.save_part(course.id, values, seen, None, ["summary"])
    db.session.expire_all()
    assert course.source_was == {}
    assert db.session.query(CourseRevision).count() == 0


@pytest.mark.parametrize(
    ("languages", "values", "lacks"),
    [
        ("vi", {"title_en": "", "summary_en": "", "learn_en": ""}, []),
        ("vi en", {"summary_en": "", "learn_en": ""}, ["summary_en", "learn_en"]),
        ("vi en", {"learn_vi": "", "learn_en": ""}, []),
        ("vi", {"summary_vi": ""}, ["summary_vi"]),
        ("en", {"summary_vi": ""}, []),
        ("en", {"title_en": ""}, ["title_en"]),
    ],
)
def test_nothing_is_published_that_lacks_a_text_of_a_chosen_language(
    draft, languages, values, lacks
):
    _type(draft, languages=languages, **values)
    if not lacks:
        assert operations.publish(draft.id).is_public
        return
    with pytest.raises(NotComplete) as refused:
        operations.publish(draft.id)
    assert refused.value.lacks == lacks


def test_a_live_course_without_a_coming_run_can_still_be_corrected(app):
    course = CourseFactory()
    _type(course, title_vi="Tên mới")
    assert operations.publish(course.id).title_vi == "Tên mới"
    operations.withdraw(course.id)
    with pytest.raises(NothingToJoin):
        operations.publish(course.id)


def test_what_the_city_holds_is_not_published(draft):
    with transaction():
        draft.provider.status = ProviderStatus.SUSPENDED
    with pytest.raises(NotAtWork):
        operations.publish(draft.id)
    with transaction():
        draft.provider.status, draft.status = ProviderStatus.ACTIVE, CourseStatus.HELD
    for act in (operations.publish, operations.withdraw):
        with pytest.raises(HeldByTheCity):
            act(draft.id)


def test_only_what_was_looked_at_is_published(course):
    _type(course, title_vi="Đã xem")
    seen = _seen(course)
    _type(course, title_vi="Chưa xem")
    with pytest.raises(ChangedMeanwhile):
        operations.release(course.id, seen)
    assert course.title_vi != "Chưa xem"


def test_the_worker_publishes_at_the_hour(draft):
    assert _release(draft, clock.now() + SOON) is ReleaseState.SCHEDULED
    jobs.work(once=True)
    db.session.expire_all()
    assert draft.status is CourseStatus.DRAFT
    _hours_pass(draft)
    assert draft.is_public
    assert db.session.query(CourseRelease).count() == 0
    operations.publish_due(draft.id)
    assert db.session.query(CourseVersion).count() == 1


def test_a_revision_too_waits_for_its_hour(course):
    _type(course, title_vi="Từ thứ Hai")
    _release(course, clock.now() + SOON)
    assert course.title_vi != "Từ thứ Hai"
    _hours_pass(course)
    assert course.title_vi == "Từ thứ Hai"


def test_what_is_missing_at_the_hour_is_told_and_nothing_is_published(draft):
    _release(draft, clock.now() + SOON)
    _type(draft, languages="vi en", summary_en="")
    with transaction():
        run = draft.runs[0]
        run.starts_on = run.enrol_from = run.enrol_until = run.ends_on = clock.today() - timedelta(
            3
        )
    _hours_pass(draft)
    assert draft.status is CourseStatus.DRAFT
    wish = db.session.scalars(select(CourseRelease)).one()
    assert (wish.state, wish.lacks) == (ReleaseState.REFUSED, ["summary_en", "no_run"])
    assert db.session.query(jobs.Job).filter(jobs.Job.error != "").count() == 0


def test_what_is_taken_back_at_the_last_moment_is_not_published(draft, at_once):
    _release(draft, clock.now() + SOON)
    db.session.execute(update(CourseRelease).values(publish_at=clock.now()))
    db.session.commit()
    key, taken = draft.id, Event()

    def take_back():
        with transaction():
            operations.take_back(key)
            taken.set()
            time.sleep(0.5)

    def publish():
        taken.wait()
        operations.publish_due(key)

    at_once([take_back, publish])
    db.session.expire_all()
    assert draft.status is CourseStatus.DRAFT


def test_an_hour_can_be_taken_back_or_chosen_anew(draft):
    _release(draft, clock.now() + SOON)
    operations.take_back(draft.id)
    operations.publish_due(draft.id)
    _release(draft, clock.now() + SOON)
    _release(draft, clock.now() + 2 * SOON)
    operations.publish_due(draft.id)
    db.session.expire_all()
    assert draft.status is CourseStatus.DRAFT
    for wrong in (clock.now() - SOON, clock.now() + timedelta(days=400)):
        with pytest.raises(NotInTheFuture):
            _release(draft, wrong)


def test_courses_of_some_providers_are_looked_at_first(draft):
    operations.set_review(draft.provider_id, needed=True)
    db.session.expire_all()
    assert _release(draft) is ReleaseState.WAITING
    assert draft.status is CourseStatus.DRAFT
    operations.send_back(draft.id, " Thiếu địa chỉ. ")
    wish = editing.desk(draft).release
    assert (wish.state, wish.reason) == (ReleaseState.RETURNED, "Thiếu địa chỉ.")
    with pytest.raises(NobodyAsked):
        operations.approve(draft.id, _seen(draft))
    _release(draft)
    seen = _seen(draft)
    _type(draft, title_vi="Sửa sau khi gửi")
    with pytest.raises(ChangedMeanwhile):
        operations.approve(draft.id, seen)
    account = AccountFactory()
    operations.approve(draft.id, _seen(draft), account.id)
    db.session.expire_all()
    assert draft.is_public
    assert db.session.scalars(select(CourseVersion)).one().by_id == account.id


def test_what_was_agreed_to_for_an_hour_waits_again_once_it_changes(course):
    operations.set_review(course.provider_id, needed=True)
    db.session.expire_all()
    _type(course, title_vi="Đồng ý")
    _release(course, clock.now() + SOON)
    assert operations.approve(course.id, _seen(course)) is ReleaseState.SCHEDULED
    _type(course, title_vi="Không ai xem")
    assert editing.desk(course).waits
    _hours_pass(course)
    assert course.title_vi not in {"Đồng ý", "Không ai xem"}


def test_a_feed_changes_nothing_behind_the_city_s_back(draft):
    operations.set_review(draft.provider_id, needed=True)
    db.session.expire_all()
    _release(draft, clock.now() + SOON)
    operations.approve(draft.id, _seen(draft))
    with transaction():
        draft.title_vi = "Từ tệp"
    _hours_pass(draft)
    assert editing.desk(draft).waits
    operations.approve(draft.id, _seen(draft))
    assert draft.is_public


def test_who_asks_for_review_also_catches_what_was_planned_before(draft):
    _release(draft, clock.now() + SOON)
    operations.set_review(draft.provider_id, needed=True)
    db.session.expire_all()
    assert editing.desk(draft).waits
    _hours_pass(draft)
    assert draft.status is CourseStatus.DRAFT


def test_a_copy_is_a_draft_with_the_words_of_now(course):
    _type(course, title_vi="Tên mới", audience_ids=[AudienceFactory().id])
    copy = operations.copy_course(course.id)
    db.session.expire_all()
    assert (copy.title_vi, copy.status, copy.runs) == (
        "Tên mới (bản sao)",
        CourseStatus.DRAFT,
        [],
    )
    assert copy.isced_f == course.isced_f
    assert len(copy.audiences) == 1


def test_only_a_draft_that_is_nothing_yet_is_deleted(course, draft):
    for kept in (course, draft):
        with pytest.raises(NotAnEmptyDraft):
            operations.delete_draft(kept.id)
    empty = operations.copy_course(course.id)
    key = empty.id
    operations.delete_draft(key)
    assert db.session.get(Course, key) is None
    done = select(AuditEntry.action).where(AuditEntry.object_id == str(key))
    assert "course.deleted" in set(db.session.scalars(done))


def test_withdrawing_forgets_the_hour_and_publishing_again_brings_what_was_pending(course):
    _type(course, title_vi="Tên mới")
    _release(course, clock.now() + SOON)
    operations.withdraw(course.id)
    assert db.session.query(CourseRelease).count() == 0
    operations.publish(course.id)
    db.session.expire_all()
    assert (course.is_public, course.title_vi) == (True, "Tên mới")


def test_a_revision_outlives_a_field_that_came_later(course):
    _type(course, title_vi="Tên mới")
    with transaction() as session:
        revision = session.scalars(select(CourseRevision)).one()
        for name in ("document", "base"):
            older = {k: v for k, v in getattr(revision, name).items() if k != "job_related"}
            setattr(revision, name, older)
    assert [each.name for each in editing.desk(course).changes] == ["title_vi"]
    assert operations.publish(course.id).title_vi == "Tên mới"
