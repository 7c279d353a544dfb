"""The register of incidents with personal data."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from app.accounts.errors import BreachClosed
from app.accounts.models import Breach, BreachKind
from app.core import audit, clock
from app.core.db import transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachFacts:
    """What is known of an incident; more becomes known later."""

    kind: BreachKind
    noticed_at: datetime
    happened_at: datetime | None = None
    what: str = ""
    data: str = ""
    people: int | None = None
    measures: str = ""
    is_serious: bool = False


class BreachStep(StrEnum):
    """What is done about an incident, each once."""

    AUTHORITY = "authority"
    PEOPLE = "people"
    CLOSE = "close"

    @property
    def column(self) -> str:
        return "closed_at" if self is BreachStep.CLOSE else f"{self.value}_told_at"


def record_breach(facts: BreachFacts, by_id: int) -> Breach:
    with transaction() as session:
        breach = Breach(**asdict(facts), recorded_by_id=by_id)
        session.add(breach)
        session.flush()  # the line about it carries its number
        audit.record("breach.recorded", "breach", breach.id, by_id, serious=facts.is_serious)
        return breach


def update_breach(breach_id: int, facts: BreachFacts, by_id: int) -> Breach:
    """Write down what is known now.

    Raises:
        BreachClosed: as the name says.
    """
    with transaction() as session:
        breach = _open(session, breach_id)
        for name, value in asdict(facts).items():
            setattr(breach, name, value)
        audit.record("breach.updated", "breach", breach.id, by_id, serious=facts.is_serious)
        return breach


def take_step(breach_id: int, step: BreachStep, by_id: int) -> Breach:
    """Keep the moment at which the authority or the people were told, or the case was closed.

    Doing it twice keeps the first moment.

    Raises:
        BreachClosed: as the name says.
    """
    with transaction() as session:
        breach = _open(session, breach_id)
        if getattr(breach, step.column) is None:
            setattr(breach, step.column, clock.now())
            audit.record(f"breach.{step.value}", "breach", breach.id, by_id)
        return breach


def _open(session: Session, breach_id: int) -> Breach:
    breach = session.get_one(Breach, breach_id, with_for_update={"of": Breach})
    if breach.closed_at is not None:
        raise BreachClosed
    return breach
