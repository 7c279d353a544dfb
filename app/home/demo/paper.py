"""Paper sheets of the demo officer's ward: a few sessions of its centres, already entered."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import RoleGrant
from app.catalogue.models import Topic
from app.core import clock
from app.core.db import db
from app.indicators.paper.operations import By, enter
from app.indicators.paper.typed import Count, Entry
from app.participation import periods
from app.providers.models import Provider, ProviderStatus

_READING = ((24, 15, 6), (19, 12, 4), (27, None, None))
_EXERCISE = ((41, 30, 35), (38, 27, 33))
_SHEETS = (
    ("Câu lạc bộ đọc sách khu phố", "culture-arts", 90, _READING),
    ("Tập dưỡng sinh buổi sáng", "health", 60, _EXERCISE),
)


def enter_sheets() -> int:
    """By the officer of the first ward; how many sessions."""
    grants = select(RoleGrant).where(RoleGrant.commune_id.is_not(None)).order_by(RoleGrant.id)
    officer = db.session.scalars(grants).first()
    if officer is None:
        return 0
    here = select(Provider.id).where(
        Provider.unit_id == officer.commune_id, Provider.status == ProviderStatus.ACTIVE
    )
    centres = db.session.scalars(here.order_by(Provider.id)).all()
    topics = dict(db.session.execute(select(Topic.slug, Topic.id)).all())
    period = periods.usual(clock.today())[0]
    entries: list[Entry] = []
    for at, (name, topic, minutes, counts) in enumerate(_SHEETS):
        for week, count in enumerate(counts):
            day = max(period.first, clock.today() - timedelta(weeks=week))
            line = len(entries) + 1
            told = Count(day, minutes, *count)
            centre = centres[at % len(centres)]
            entries.append(Entry(line, centre, name, told, again=True, topic_id=topics[topic]))
    return enter(officer.commune_id or 0, period, entries, "demo", By(officer.account_id))
