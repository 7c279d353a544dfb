"""The only place that reads the clock: UTC inside, the city's time at the edge."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one permitted call


def today() -> date:
    """The date on the city's calendar."""
    return now().astimezone(CITY_ZONE).date()


def local(moment: datetime) -> datetime:
    """The same moment on the city's clock."""
    return moment.astimezone(CITY_ZONE)


def at(day: date, hour: time) -> datetime:
    """The moment, in UTC, when the city's clock shows this day and hour."""
    return datetime.combine(day, hour, CITY_ZONE).astimezone(UTC)


def day_bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """Half-open UTC interval that covers the local days `first` to `last`, both included."""
    return at(first, time()), at(last + timedelta(days=1), time())
