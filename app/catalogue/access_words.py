"""What a visitor's body needs to know about a building, in words."""

from app.core.i18n import gettext
from app.places.models import Venue


def access_words(venue: Venue) -> tuple[str, ...]:
    """Only what is there: a missing word promises nothing."""
    words = (
        (venue.step_free, gettext("Step-free access")),
        (venue.hearing_loop, gettext("Hearing loop")),
    )
    return tuple(text for is_there, text in words if is_there)
