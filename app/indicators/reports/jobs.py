"""Freezing and checking take long, so whoever asks for them on a page does not wait."""

from datetime import datetime

from app.core.errors import DomainError
from app.core.jobs import handles
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports.events import FreezeAsked, PublishAsked


@handles(FreezeAsked, network=True)
def freeze(event: FreezeAsked) -> None:
    """Freeze it unless it has been; another revision since then wins, and the page says so."""
    cut_off = datetime.fromisoformat(event.cut_off)
    if queries.is_frozen(event.period, cut_off):
        return
    try:
        operations.freeze(event.period, event.reason, cut_off, event.account_id, once=True)
    except DomainError as error:
        if not queries.is_frozen(event.period, cut_off):
            operations.note_refusal(event.period, error.code, event.account_id)


@handles(PublishAsked, network=True)
def publish(event: PublishAsked) -> None:
    """The audit of all that was ever published takes long, so it holds no transaction."""
    operations.publish_as_asked(event.report_id)
