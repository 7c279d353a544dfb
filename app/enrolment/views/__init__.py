"""What residents do: take a place, look at it, give it up; one module for each subject."""

from app.enrolment.views import (
    alerts,
    contacts,
    distance,
    enrol,
    finding,
    groups,
    moves,
    offers,
    places,
)
from app.enrolment.views.blueprint import bp

__all__ = [
    "alerts",
    "bp",
    "contacts",
    "distance",
    "enrol",
    "finding",
    "groups",
    "moves",
    "offers",
    "places",
]
