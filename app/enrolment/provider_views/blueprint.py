"""The blueprint, and loading what belongs to the provider in the address."""

from flask import abort
from werkzeug.wrappers import Response

from app.catalogue.models import ClassSession, Run
from app.core import access
from app.core.i18n import localised
from app.core.keys import keyed_hash, read_code
from app.enrolment import class_list, policy, queries, substitutes
from app.enrolment.models import Enrolment

bp = localised("enrolment_provider", __name__, "/provider/<slug>")

Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def run_at(slug: str, run_id: int) -> Run:
    """A run of this provider; another's does not exist here."""
    return access.load(Run, run_id, policy.teach_at(access.here(slug)), *queries.RUN_PAGE)


def session_at(slug: str, session_id: int) -> ClassSession:
    """A session whose register the actor takes: any of the provider's, or as its substitute."""
    here, by = access.here(slug), access.actor().account_id
    named = here.role not in access.TEACHING and substitutes.is_named(session_id, by)
    may = policy.register_at(here, is_substitute=named)
    return access.load(ClassSession, session_id, may, *queries.SESSION_PAGE)


def place_at(slug: str, code: str) -> Enrolment:
    """A place in one of this provider's runs; another's does not exist here."""
    found = class_list.place_at(access.here(slug).provider_id, read_code(code))
    return found or abort(404)


def phone_key() -> str:
    """Under what a phone keeps marks of this account; says nothing about it."""
    return keyed_hash(f"marks of {access.actor().account_id}")[:16]
