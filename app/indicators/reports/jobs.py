"""Freezing and checking take long, so whoever asks for them on a page does not wait."""

import logging
from datetime import datetime

from app.core.errors import DomainError
from app.core.jobs import handles
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports.events import FreezeAsked, PublishAsked

log = logging.getLogger(__name__)


@handles(FreezeAsked, network=True)
def freeze(event: FreezeAsked) -> None:
    """Freeze it unless it has been; another revision since then wins, and the page shows it."""
    cut_off = datetime.fromisoformat(event.cut_off)
    if queries.is_frozen(event.period, cut_off):
        return
    try:
        operations.freeze(event.period, event.reason, cut_off, event.account_id, once=True)
    except DomainError as error:
        log.warning("report %s was not frozen: %s", event.period, error.code)


@handles(PublishAsked, network=True)
def publish(event: PublishAsked) -> None:
    """The audit of all that was ever published takes long, so it holds no transaction."""
    operations.publish_as_asked(event.report_id)
