"""Resources follow the city's list of subjects."""

from collections.abc import Mapping

from sqlalchemy import func, select, update

from app.catalogue.events import TermReplaced
from app.catalogue.wordlists import Kind, Use, register
from app.core import jobs
from app.core.db import db, transaction
from app.core.i18n import lazy as _
from app.core.jobs import handles
from app.resources.events import ResourceChanged
from app.resources.models import Resource


@handles(TermReplaced)
def follow(event: TermReplaced) -> None:
    """Those of the old subject bear the one that replaced it; the search follows."""
    if event.kind != Kind.TOPIC:
        return
    mine = Resource.topic_id == event.term_id
    with transaction() as session:
        ids = session.scalars(select(Resource.id).where(mine).order_by(Resource.id)).all()
        if event.heir_id != event.term_id:
            moved = update(Resource).where(mine)
            session.execute(
                moved.values(topic_id=event.heir_id, version=Resource.version + 1),
                execution_options={"synchronize_session": False},
            )
            session.expire_all()
        for resource_id in ids:
            jobs.emit(ResourceChanged(resource_id))


def _count(kind: Kind) -> Mapping[int, int]:
    if kind is not Kind.TOPIC:
        return {}
    counted = select(Resource.topic_id, func.count()).group_by(Resource.topic_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


register("resources", Use(_("Learning resources"), _count))
