"""What happens to those who wait for a first result."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlertsDue:
    """It is time to see whether these questions find something."""

    alert_ids: list[int]


@dataclass(frozen=True, slots=True)
class FirstFound:
    """A question finds something that can be joined; `keys` as in `saved.replay`."""

    alert_id: int
    keys: list[str]
