"""Getting a lost code back."""

from sqlalchemy import select

from app.accounts.models import Person
from app.core import jobs
from app.core.db import transaction
from app.core.vi import fold
from app.enrolment.events import CodeAsked
from app.enrolment.models import LIVE, Enrolment


def ask_for_code(phone: str, full_name: str) -> None:
    """Have the codes sent to this phone if a person of this name has places under it.

    Says nothing about whether there was one: whoever asks learns it from the phone or not at all.
    """
    with transaction() as session:
        mine = select(Enrolment.id, Person.id, Person.full_name).join(Enrolment.person)
        found = session.execute(
            mine.where(Person.phone == phone, Enrolment.state.in_(LIVE)).order_by(Enrolment.id)
        )
        newest = {person_id: id_ for id_, person_id, name in found if fold(name) == fold(full_name)}
        for enrolment_id in newest.values():
            jobs.emit(CodeAsked(enrolment_id))
