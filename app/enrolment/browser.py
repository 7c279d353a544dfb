"""Which places this browser may open.

Those taken in it, those whose phone was typed in it, and those of the account's person and family.
"""

import hmac
from collections.abc import Sequence
from typing import cast

from flask import session

from app.accounts import queries as people
from app.core import access, throttle
from app.core.keys import read_code
from app.enrolment import queries
from app.enrolment.errors import NoSuchPlace
from app.enrolment.models import Enrolment

TRIES = 10
_MOST = 20
_COOKIE = "places"


def remember(code: str) -> None:
    """Let this browser open the place until its session ends."""
    session[_COOKIE] = [code, *(known for known in codes() if known != code)][:_MOST]


def codes() -> list[str]:
    """The places this browser knows, the latest first."""
    return cast("list[str]", session.get(_COOKIE, []))


def place(code: str) -> Enrolment | None:
    """The place, if whoever asks may see it; the same nothing for another's and for none."""
    found = queries.place(read_code(code))
    if found is None:
        return None
    known = codes()
    if found.code in known or is_own(found):
        return found
    moved_here = known and any(code in known for code in queries.codes_before(found))
    return found if moved_here else None


def is_own(place: Enrolment) -> bool:
    """Whether it is the account's own or its family's, and not only known here by its code."""
    me = access.actor().person_id
    return place.person_id == me or people.acts_for(me, place.person_id)


def party(of: Enrolment) -> Sequence[Enrolment]:
    """The other places that were sent with the same form, as far as this browser may open them."""
    me, known = access.actor().person_id, codes()
    mine = [me, *(each.id for each in people.dependants(me))]
    return [each for each in queries.same_form(of) if each.code in known or each.person_id in mine]


def open_place(code: str, phone: str, address: str) -> str:
    """Let this browser open the place whose code and phone were typed; its code.

    Raises:
        NoSuchPlace: the code does not exist, or the phone is another one.
        TooManyAttempts: too many failures with this code or from this address.
    """
    found = find(code, phone, address)
    for each in queries.same_form(found):
        if each.person.phone == phone:  # one form, one phone: the same hands hold them all
            remember(each.code)
    remember(found.code)
    return found.code


def find(code: str, phone: str, address: str) -> Enrolment:
    """The place with this code and phone.

    Only failures are counted, so that a whole class behind one address can look at their places.

    Raises:
        NoSuchPlace: the code does not exist, or the phone is another one.
        TooManyAttempts: too many failures with this code or from this address.
    """
    wanted = read_code(code)
    limits = (("place", wanted), ("place-from", address))
    for action, subject in limits:
        throttle.look(action, subject, TRIES)
    found = queries.place(wanted)
    known = (found.person.phone if found else None) or ""
    if found is None or not hmac.compare_digest(known, phone):
        for action, subject in limits:
            throttle.check(action, subject, TRIES)
        raise NoSuchPlace
    return found
