"""Where to go from a refusal: no page of ours ends with no."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import url_for

from app.catalogue.cards import course_slug
from app.catalogue.models import Course, Run, RunState
from app.catalogue.queries import course_page
from app.catalogue.rules import Rules
from app.core.db import db
from app.core.errors import DomainError
from app.core.formats import phone
from app.core.i18n import gettext
from app.enrolment import door
from app.enrolment.door import Door
from app.enrolment.errors import (
    AgeUnknown,
    AlreadyEnrolled,
    AlreadyInCourse,
    EnrolmentClosed,
    GroupsAskFirst,
    GroupTooLarge,
    NeedsCourseFirst,
    NoSeatForGroups,
    NotEnoughSeats,
    NotInWard,
    NotOpenYet,
    NotYetForYou,
    QueueTooShort,
    RunCancelled,
    RunFull,
    TooManyPlaces,
    TooOld,
    TooYoung,
)
from app.enrolment.models import Enrolment
from app.enrolment.operations.alerts import FULL

_JOINABLE = (RunState.OPEN, RunState.QUEUE)
_SAME_ANSWER = (
    AgeUnknown, AlreadyEnrolled, AlreadyInCourse, EnrolmentClosed, NeedsCourseFirst, NotInWard,
    NotOpenYet, NotYetForYou, QueueTooShort, RunCancelled, RunFull, TooManyPlaces, TooOld, TooYoung,
)  # fmt: skip
_HAS_PLACES = (AlreadyEnrolled, AlreadyInCourse, TooManyPlaces)
_OF_GROUPS = (GroupTooLarge, GroupsAskFirst, NoSeatForGroups)
_FEWER = (NotEnoughSeats, QueueTooShort)
_MOST_RUNS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A link, and what it leads to."""

    text: str
    url: str


def can_try(run: Run | Door) -> bool:
    """Whether anybody at all can take a place today."""
    return door.refusal(run) is None


def takes_groups(run: Run) -> bool:
    """Whether a group can take seats by itself; it never stands in line."""
    return run.state is RunState.OPEN and not run.needs_approval


def may_help(error: DomainError) -> bool:
    """Whether the same form, sent again, may be taken."""
    return not isinstance(error, _SAME_ANSWER)


def out_of(
    run: Run, error: DomainError | None = None, places: Collection[Enrolment] = ()
) -> list[Way]:
    """Links for whoever cannot enrol here, the nearest way first.

    Args:
        error: why not; None when nobody can.
        places: those this browser may open.
    """
    has_places = isinstance(error, _HAS_PLACES)
    return [
        *_to_places(run, error, places),
        *_to_form(run, error),
        *_to_course(run, error),
        *_to_alert(run),
        *([] if has_places else _to_other_runs(run, for_group=isinstance(error, _OF_GROUPS))),
        Way(gettext("Find another course"), url_for("search.courses")),
        *_to_provider(run),
    ]


def _to_places(run: Run, error: DomainError | None, places: Collection[Enrolment]) -> Iterator[Way]:
    """To a place that stands in the way; a stranger is asked for its code and phone."""
    if not isinstance(error, _HAS_PLACES):
        return
    whose = error.person_id
    mine = [place for place in places if place.person_id == whose and place.is_live]
    for place in [place for place in mine if place.run.course_id == run.course_id]:
        told = {"name": place.person.full_name}
        here = gettext("Open the place of %(name)s", **told)
        there = gettext("Move the other place of %(name)s to this class", **told)
        if place.run_id == run.id:
            yield Way(here, url_for("enrolment.place", code=place.code))
        else:
            yield Way(there, url_for("enrolment.move", code=place.code))
    if not mine:
        yield Way(gettext("Open my place"), url_for("enrolment.find_place"))
        yield Way(gettext("I have lost the code"), url_for("enrolment.lost_code"))
    elif isinstance(error, TooManyPlaces):
        yield Way(gettext("See all my places"), url_for("enrolment.find_place"))


def _to_form(run: Run, error: DomainError | None) -> Iterator[Way]:
    address = url_for("enrolment.enrol", run_id=run.id)
    if isinstance(error, _FEWER):
        yield Way(gettext("Enrol fewer people"), address)
    elif isinstance(error, _OF_GROUPS) and can_try(run):
        yield Way(gettext("Enrol people one by one, with their names"), address)
    elif isinstance(error, AlreadyEnrolled) and can_try(run):
        yield Way(gettext("Enrol somebody else"), address)


def _to_course(run: Run, error: DomainError | None) -> Iterator[Way]:
    """To the course that has to come first."""
    first = Rules.read(run.rules).requires_course_id
    course = db.session.get(Course, first) if first else None
    if isinstance(error, NeedsCourseFirst) and course and course.is_public:
        address = url_for("catalogue.course", course_id=course.id, slug=course_slug(course))
        yield Way(course.title.text(), address)


def _to_alert(run: Run) -> Iterator[Way]:
    if run.state in FULL:
        text = gettext("Tell me when a place is free")
        yield Way(text, url_for("enrolment.alert", run_id=run.id))


def _to_other_runs(run: Run, *, for_group: bool) -> Iterator[Way]:
    """Other classes of the course that take people, for who has no place in one already."""
    open_ = [
        view
        for view in course_page(run.course_id)
        if view.run.id != run.id
        and (takes_groups(view.run) if for_group else view.run.state in _JOINABLE)
    ]
    page = "enrolment.book_group" if for_group else "enrolment.enrol"
    for view in open_[:_MOST_RUNS]:
        told = {"day": view.first_day, "left": view.badge[1]}
        text = gettext("Another class of this course: %(day)s (%(left)s)", **told)
        yield Way(text, url_for(page, run_id=view.run.id))


def _to_provider(run: Run) -> Iterator[Way]:
    provider = run.course.provider
    if provider.phone:
        told = {"name": provider.name.text(), "phone": phone(provider.phone)}
        yield Way(gettext("Call %(name)s: %(phone)s", **told), f"tel:{provider.phone}")
