"""Who may see and change courses and runs."""

from collections.abc import Callable

from app.catalogue.models import ClassSession, Course, Run
from app.core.access import EDITING, Actor, CityRole


def view(actor: Actor, course: Course) -> bool:
    """Residents see what is published; its own staff and the city's editors see it before."""
    seen_before = actor.works_at(course.provider_id) or _edits_for_the_city(actor)
    return course.is_public or (seen_before and not course.on_paper)


def edit(actor: Actor, course: Course) -> bool:
    return actor.works_at(course.provider_id, EDITING)


def course_of(provider_id: int) -> Callable[[Actor, Course], bool]:
    """Only this provider's courses exist on its staff pages, and none that communes count."""

    def may(actor: Actor, course: Course) -> bool:
        is_here = course.provider_id == provider_id and not course.on_paper
        return is_here and actor.works_at(provider_id)

    return may


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
