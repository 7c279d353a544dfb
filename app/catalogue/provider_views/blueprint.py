"""The staff pages of one provider, and loading what belongs to it."""

from app.catalogue import policy
from app.catalogue.models import ClassSession, Course, Run
from app.core import access
from app.core.i18n import localised

bp = localised("catalogue_provider", __name__, "/provider/<slug>")


def course_at(slug: str, course_id: int) -> Course:
    """A course of the provider in the address; another's does not exist here."""
    return access.load(Course, course_id, policy.course_of(access.here(slug).provider_id))


def run_at(slug: str, run_id: int) -> Run:
    return access.load(Run, run_id, policy.run_of(access.here(slug).provider_id))


def session_at(slug: str, session_id: int) -> ClassSession:
    return access.load(ClassSession, session_id, policy.session_of(access.here(slug).provider_id))
