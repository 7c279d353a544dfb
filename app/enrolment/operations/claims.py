"""A place taken without an account joins the account of whoever holds its phone."""

from enum import StrEnum

from app.accounts.errors import CannotMerge, NotGrownUp, TooOldForAChild
from app.accounts.models import Bond, Person
from app.accounts.models.family import OWN_ACCOUNT
from app.accounts.operations import Agreement, bind, let_help
from app.accounts.operations.merges import merge
from app.core import clock
from app.core.db import transaction
from app.core.vi import fold
from app.enrolment.errors import NoSuchPlace, NotTheSamePerson
from app.enrolment.models import Enrolment

REASON = "claimed with code, phone and birth year"


class Whose(StrEnum):
    """Who has the place, as the claimant says."""

    MINE = "mine"
    PARENT = "parent"
    GUARDIAN = "guardian"
    HELPED = "helped"


def claim(place_id: int, person_id: int, born_in: int, whose: Whose, by_id: int | None) -> None:
    """The place is the claimant's own, or that of somebody they act for from now on.

    Call it only when the claimant has proved to hold the phone of the place and knows its code.

    Raises:
        NoSuchPlace: whoever has the place was born in another year.
        NotTheSamePerson: name or birth year differ from the claimant's, or the two cannot be one.
        TooOldForAChild: sixteen or more.
        NotGrownUp: younger, so nobody who can ask for help.
    """
    with transaction() as session:
        holder = session.get_one(Enrolment, place_id).person
        if holder.born_in != born_in:
            raise NoSuchPlace
        me = session.get_one(Person, person_id, with_for_update=True)
        if holder.id == me.id:
            return
        if whose is not Whose.MINE:
            is_child = (holder.age(clock.today()) or 0) < OWN_ACCOUNT
            if whose is Whose.HELPED:
                if is_child:
                    raise NotGrownUp
                let_help(session, me.id, holder, Agreement.SHARED_PHONE, by_id)
            elif is_child:
                bind(session, me.id, holder, Bond(whose.value), by_id)
            else:
                raise TooOldForAChild
            return
        if not _is_same(me, holder):
            raise NotTheSamePerson
        holder_id = holder.id
    try:
        merge(person_id, holder_id, by_id, REASON)
    except CannotMerge as error:
        raise NotTheSamePerson from error


def _is_same(me: Person, holder: Person) -> bool:
    """The same year, and the same given name in any spelling."""
    names = [fold(each.full_name).split()[-1:] for each in (me, holder)]
    return names[0] == names[1] and me.born_in in (None, holder.born_in)
