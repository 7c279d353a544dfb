"""Who may act for whom."""

from app.accounts.models import Guardianship, Person
from app.core.access import Actor


def acts_for(actor: Actor, person: Person) -> bool:
    """The person themselves, and those who stand for them today."""
    if actor.person_id is None:
        return False
    return person.id == actor.person_id or any(
        bond.guardian_id == actor.person_id and bond.stands for bond in person.guardianships
    )


def acts_by(actor: Actor, bond: Guardianship) -> bool:
    """Whether this bond is the actor's own and counts today."""
    return actor.person_id is not None and bond.guardian_id == actor.person_id and bond.stands


def may_end(actor: Actor, bond: Guardianship) -> bool:
    """Whoever acts may stop; whoever is helped may end it; a child cannot."""
    if actor.person_id is None or bond.ended_at is not None:
        return False
    helped = bond.bond.value == "helper" and bond.dependant_id == actor.person_id
    return bond.guardian_id == actor.person_id or helped
