"""What happened to feedback."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedbackAsked:
    """Some of the people of a class that is over are to be asked."""

    place_ids: list[int]
