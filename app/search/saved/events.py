"""What happens to questions people keep."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LooksDue:
    """It is time to see what is new to these saved searches."""

    search_ids: list[int]


@dataclass(frozen=True, slots=True)
class SearchNews:
    """Classes or resources that a saved search found for the first time.

    Attributes:
        keys: of the classes and resources, see `replay`.
        day: on which they were found, ISO.
    """

    search_id: int
    keys: list[str]
    day: str
