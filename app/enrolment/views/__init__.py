"""What residents do: take a place, look at it, give it up; one module for each subject."""

from app.enrolment.views import enrol, finding, places
from app.enrolment.views.blueprint import bp

__all__ = ["bp", "enrol", "finding", "places"]
