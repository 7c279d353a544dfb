"""The city takes a course out of sight, with a reason, and lets it go again."""

from app.catalogue import holds
from app.catalogue.city_models import CourseTakedown
from app.catalogue.events import CourseTakedownMoved
from app.catalogue.models import Course, CourseStatus
from app.providers.standing.takedowns import Takedowns

OF_COURSES = Takedowns(
    name="course",
    things=Course,
    rows=CourseTakedown,
    of=CourseTakedown.course_id,
    in_sight=(CourseStatus.PUBLISHED, CourseStatus.HELD),
    hold=holds.hold_one,
    release=holds.release_one,
    event=CourseTakedownMoved,
)
