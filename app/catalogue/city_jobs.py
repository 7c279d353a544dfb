"""What the catalogue does when the city has decided about a provider."""

from app.catalogue import holds, likeness
from app.catalogue.events import DoublesDue
from app.core import jobs
from app.core.db import db, transaction
from app.core.jobs import DayBegan, handles
from app.providers.events import ProviderMoved
from app.providers.models import ProviderStep

_AT_ONCE = 50


@handles(ProviderMoved)
def hold_what_was_published_meanwhile(event: ProviderMoved) -> None:
    """Of two at the same moment, one may have published while the other suspended."""
    step = db.session.get(ProviderStep, event.step_id)
    if step is not None:
        with transaction() as session:
            holds.keep_back(session, step.provider_id)


@handles(DayBegan, network=True)
def look_for_doubles(_event: DayBegan) -> None:
    """Some providers at a time, each compared outside any transaction."""
    ids = likeness.providers_with_courses()
    with transaction():
        for at in range(0, len(ids), _AT_ONCE):
            jobs.emit(DoublesDue(ids[at : at + _AT_ONCE]))


@handles(DoublesDue, network=True)
def look_at(event: DoublesDue) -> None:
    for provider_id in event.provider_ids:
        likeness.look(provider_id)
