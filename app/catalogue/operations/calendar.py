"""Days on which no class is planned, and days on which one is all the same."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.exc import IntegrityError

from app.catalogue.errors import DayKnown
from app.catalogue.planning_models import CalendarDay
from app.core import audit
from app.core.db import breaks, transaction
from app.core.i18n import Bilingual


def add_days(
    provider_id: int | None,
    days: Sequence[date],
    name: Bilingual,
    by_id: int | None = None,
    *,
    has_classes: bool = False,
) -> list[CalendarDay]:
    """Days of a provider, or of the city when there is none. Sessions that are planned stay.

    Raises:
        DayKnown: one of the days is in the list already; then none is added.
    """
    try:
        with transaction() as session:
            rows = [CalendarDay(provider_id=provider_id, day=day) for day in days]
            for row in rows:
                row.has_classes, row.name_vi, row.name_en = has_classes, name.vi, name.en
            session.add_all(rows)
            session.flush()  # the index over days answers here
            for row in rows:
                _note("calendar.day_added", row, by_id)
            return rows
    except IntegrityError as error:
        columns = ("calendar_days.provider_id", "calendar_days.day")
        if breaks(error, "uq_calendar_days_provider_id_day", *columns):
            raise DayKnown from error
        if breaks(error, "uq_calendar_days_of_the_city", "calendar_days.day"):
            raise DayKnown from error
        raise


def remove_day(provider_id: int | None, day_id: int, by_id: int | None = None) -> None:
    """Take back what was said about a day; another's day is left alone, as if there were none."""
    with transaction() as session:
        row = session.get(CalendarDay, day_id)
        if row is not None and row.provider_id == provider_id:
            _note("calendar.day_removed", row, by_id)
            session.delete(row)


def _note(action: str, row: CalendarDay, by_id: int | None) -> None:
    where = "city" if row.provider_id is None else "provider"
    audit.record(action, where, row.provider_id or 0, by_id, day=row.day.isoformat())
