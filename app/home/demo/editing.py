"""Courses on their way to residents: a pending change, a draft, an hour, one the city looks at."""

from datetime import time, timedelta

from sqlalchemy import exists, select, update

from app.catalogue import documents, editing, operations
from app.catalogue.documents import CourseFields
from app.catalogue.models import Course, CourseStatus, Run, Topic
from app.core import clock
from app.core.access import EDITING
from app.core.db import db, end_reading, transaction
from app.core.i18n import Bilingual
from app.providers.models import StaffMember


def add_edits(reviewed_id: int) -> None:
    """At the provider of the demo's editor; `reviewed_id` is a provider the city looks at first."""
    _say_languages()
    member = db.session.scalars(
        select(StaffMember).where(StaffMember.role.in_(EDITING)).order_by(StaffMember.id)
    ).first()
    if member is None:
        return
    own, by_id = member.provider_id, member.account_id
    first, second = _live(own)[:2]
    _type(
        first, by_id,
        summary_vi=f"{first.summary_vi} Có tình nguyện viên hỗ trợ từng người.",
        bring_vi="Vở và bút. Không cần mang gì khác.",
    )  # fmt: skip
    _type(second, by_id, learn_vi=f"{second.learn_vi}\nTự luyện tập thêm ở nhà")
    desk = editing.desk(second)
    tomorrow = clock.at(clock.today() + timedelta(days=3), time(8))
    seen = operations.versions(desk.course, desk.revision)
    operations.release(second.id, seen, by_id, tomorrow)
    operations.create_course(own, _begun(), by_id)
    _wait_for_the_city(reviewed_id)


def _wait_for_the_city(provider_id: int) -> None:
    operations.set_review(provider_id, needed=True)
    course = _live(provider_id)[0]
    _type(course, None, title_vi=f"{course.title_vi} (lớp mới)")
    desk = editing.desk(course)
    operations.release(course.id, operations.versions(course, desk.revision))


def _say_languages() -> None:
    """Where every text is there in English too, both languages are promised."""
    both = update(Course).where(Course.title_en != "", Course.summary_en != "")
    end_reading()
    with transaction() as session:
        session.execute(both.values(languages="vi en"))


def _live(provider_id: int) -> list[Course]:
    """With a run that people can still join; the newest first."""
    joinable = exists().where(Run.course_id == Course.id, Run.starts_on > clock.today())
    mine = select(Course).where(
        Course.provider_id == provider_id, Course.status == CourseStatus.PUBLISHED
    )
    newest = mine.order_by(joinable.desc(), Course.created_at.desc(), Course.id.desc())
    return list(db.session.scalars(newest.limit(2)))


def _type(course: Course, by_id: int | None, **values: str) -> None:
    seen = documents.fingerprint(editing.desk(course).document, values)
    end_reading()
    operations.save_part(course.id, values, seen, by_id)


def _begun() -> CourseFields:
    topic = db.session.scalars(select(Topic).where(Topic.slug == "digital-skills")).one()
    return CourseFields(
        title=Bilingual("Chụp ảnh gia đình bằng điện thoại"),
        topic_id=topic.id,
        cla="2.2.1",
        languages=("vi", "en"),
    )
