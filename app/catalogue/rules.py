"""Who may have a place in a run, and who comes first: data on the run, see `Run.rules`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.accounts.models import PriorityGroup

OLDEST = 120
WHOLE = 100
USUAL_SHARE = 80
"""Of a class, in hundredths: how much of it completes it where the run says nothing else."""
_NOBODY: frozenset[PriorityGroup] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a run asks of people; without any of it a run is for everybody.

    Args:
        age_from: full years on the first day of the run.
        age_to: as `age_from`; who is that old may still come.
        wards: official codes. Without `wards_from` only who lives there may come.
        wards_from: who lives in `wards` may come from this day, everybody else from the day on
            which enrolment opens.
        priority_groups: they are first in line.
        groups_from: the priority groups may come from this day, before enrolment opens.
        requires_course_id: a course to have completed or attended before.
        binds: without that course there is no place; otherwise it is only said.
        to_complete: hundredths of the sessions held, or of the units, that complete the run.
    """

    age_from: int | None = None
    age_to: int | None = None
    wards: tuple[str, ...] = ()
    wards_from: date | None = None
    priority_groups: tuple[PriorityGroup, ...] = ()
    groups_from: date | None = None
    requires_course_id: int | None = None
    binds: bool = False
    to_complete: int | None = None

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Rules":
        """The rules as they are stored; what cannot be understood is left out."""
        given = stored or {}
        found = {name: read(given[name]) for name, read in _READ.items() if name in given}
        return cls(**{name: value for name, value in found.items() if value is not None})

    def as_json(self) -> dict[str, Any]:
        """Only what is asked for: no rules are an empty object."""
        found: dict[str, Any] = {}
        for name in _READ:
            value = getattr(self, name)
            if value not in (None, (), False):
                found[name] = _plain(value)
        return found

    @property
    def wards_only(self) -> bool:
        return bool(self.wards) and self.wards_from is None

    @property
    def asks_about_age(self) -> bool:
        return self.age_from is not None or self.age_to is not None

    @property
    def first_day(self) -> date | None:
        """From when the first groups may come, if some come before the others."""
        return min((day for day in (self.groups_from, self.wards_from) if day), default=None)

    def opens_for(
        self,
        opens: date,
        *,
        groups: Collection[PriorityGroup] = _NOBODY,
        lives_in_ward: bool = False,
    ) -> date:
        """From when somebody may come, where enrolment opens for everybody on `opens`."""
        days = [opens]
        if self.groups_from and self.puts_first(groups):
            days.append(self.groups_from)
        if self.wards_from and lives_in_ward:
            days.append(self.wards_from)
        return min(days)

    def puts_first(self, groups: Collection[PriorityGroup]) -> bool:
        return not set(self.priority_groups).isdisjoint(groups)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(str(code) for code in value) if isinstance(value, list) else ()


def _groups(value: Any) -> tuple[PriorityGroup, ...]:
    known = {group.value for group in PriorityGroup}
    return tuple(PriorityGroup(code) for code in _codes(value) if code in known)


_READ: dict[str, Callable[[Any], Any]] = {
    "age_from": _whole,
    "age_to": _whole,
    "wards": _codes,
    "wards_from": _day,
    "priority_groups": _groups,
    "groups_from": _day,
    "requires_course_id": _whole,
    "binds": bool,
    "to_complete": _whole,
}


def share_to_complete(stored: Mapping[str, Any]) -> int:
    """What completes a run with these rules, in hundredths."""
    share = _whole(stored.get("to_complete"))
    return share if share is not None and 0 < share <= WHOLE else USUAL_SHARE


EVERYBODY = Rules()
