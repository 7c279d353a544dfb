"""Who may see and change courses and runs."""

from collections.abc import Callable

from app.catalogue.models import ClassSession, Course, Run
from app.core.access import EDITING, Actor, CityRole


def view(actor: Actor, course: Course) -> bool:
    """Residents see what is published; its own staff and the city's editors see it before."""
    return course.is_public or actor.works_at(course.provider_id) or _edits_for_the_city(actor)


def edit(actor: Actor, course: Course) -> bool:
    return actor.works_at(course.provider_id, EDITING)


def course_of(provider_id: int) -> Callable[[Actor, Course], bool]:
    """Only this provider's courses exist on its staff pages."""
    return lambda actor, course: course.provider_id == provider_id and actor.works_at(provider_id)


def run_of(provider_id: int) -> Callable[[Actor, Run], bool]:
    """A run is looked up under its provider, never alone."""
    may = course_of(provider_id)
    return lambda actor, run: may(actor, run.course)


def session_of(provider_id: int) -> Callable[[Actor, ClassSession], bool]:
    """A session is looked up under its provider, never alone."""
    may = run_of(provider_id)
    return lambda actor, session: may(actor, session.run)


def _edits_for_the_city(actor: Actor) -> bool:
    return bool(actor.city_roles & {CityRole.CATALOGUE_EDITOR, CityRole.ADMINISTRATOR})
