"""What the pages about oneself share."""

from flask import abort

from app.accounts import queries
from app.accounts.models import Person
from app.core import access


def my_person() -> Person:
    """The person of this account; for an account without one these pages do not exist."""
    return queries.person(access.actor().person_id) or abort(404)
