"""The worker's part: files checked and applied, feeds fetched, old files deleted."""

from app.core.jobs import DayBegan, PeriodBegan, every, handles
from app.feeds import retention
from app.feeds.events import FetchWanted, ImportToApply, ImportToCheck
from app.feeds.operations import sources, working


@handles(ImportToCheck, network=True)
def check(event: ImportToCheck) -> None:
    """Reads the file outside any transaction."""
    working.check(event.import_id)


@handles(ImportToApply, network=True)
def apply(event: ImportToApply) -> None:
    """Reads the file outside any transaction, then writes in one."""
    working.apply(event.import_id, event.by_id, confirmed=event.confirmed)


@handles(FetchWanted, network=True)
def fetch(event: FetchWanted) -> None:
    sources.fetch_now(event.source_id)


@every(minutes=10)
def look_for_due(_event: PeriodBegan) -> None:
    sources.announce_due()


@handles(DayBegan)
def forget_old_files(_event: DayBegan) -> None:
    retention.forget_old()
