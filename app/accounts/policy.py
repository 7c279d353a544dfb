"""Who may act for whom."""

from app.accounts.models import Bond, Guardianship, Person
from app.core.access import Actor


def acts_for(actor: Actor, person: Person) -> bool:
    """The person themselves, and those who stand for them today."""
    if actor.person_id is None:
        return False
    return person.id == actor.person_id or any(
        bond.guardian_id == actor.person_id and bond.stands for bond in person.guardianships
    )


def corrects_by(actor: Actor, bond: Guardianship) -> bool:
    """Parents and guardians correct what is known of a child; helpers do not."""
    mine = actor.person_id is not None and bond.guardian_id == actor.person_id
    return mine and bond.stands and bond.bond is not Bond.HELPER


def may_end(actor: Actor, bond: Guardianship) -> bool:
    """Whoever acts may stop; whoever is helped may end it; a child cannot."""
    if actor.person_id is None or bond.ended_at is not None:
        return False
    helped = bond.bond is Bond.HELPER and bond.dependant_id == actor.person_id
    return bond.guardian_id == actor.person_id or helped
