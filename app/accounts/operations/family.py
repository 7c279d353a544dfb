"""Making and ending the bonds by which one person acts for another."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact
from app.accounts.errors import (
    ChildMustAgree,
    InFamilyAlready,
    NotGrownUp,
    NotYourself,
    TooOldForAChild,
    WrongCode,
)
from app.accounts.events import PersonChanged
from app.accounts.models import Account, Bond, CodePurpose, Consent, Guardianship, Person
from app.accounts.models.family import OWN_ACCOUNT
from app.accounts.operations.codes import check_code
from app.accounts.operations.consents import record_consent
from app.accounts.operations.persons import Guest, person_for_guest
from app.accounts.operations.residences import move
from app.core import audit, clock, jobs, vi
from app.core.db import transaction
from app.places.models import Sex

ASKED_FROM = 7
"""Years from which a child is asked before something about it is published."""


class Agreement(StrEnum):
    """How a grown person agreed to be helped."""

    CODE = "code"  # typed from their own phone
    SHARED_PHONE = "shared_phone"  # both have the same proven number
    PAPER = "paper"  # signed at a desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What a parent tells of a child."""

    full_name: str
    born_in: int
    born_on: date | None = None
    sex: Sex = Sex.NOT_STATED
    unit_id: int | None = None
    language: str = "vi"


def add_child(guardian_id: int, child: Child, bond: Bond, by_id: int | None) -> Guardianship:
    """The child, known from an earlier form with the same phone or new, and the bond.

    The phone is the guardian's own proven one: so a later form on paper finds the same child. Done
    twice it is the same as done once.

    Raises:
        TooOldForAChild: sixteen or more.
    """
    if _age(child.born_on, child.born_in) >= OWN_ACCOUNT:
        raise TooOldForAChild
    with transaction() as session:
        _hold(session, guardian_id)
        known = _same_child(session, guardian_id, child)
        if known is not None:
            return known
        person = _person_of(session, guardian_id, child)
        jobs.emit(PersonChanged(person.id))
        return bind(session, guardian_id, person, bond, by_id)


def add_helper(
    helper_id: int, helped: Guest, agreement: Agreement, by_id: int | None
) -> Guardianship:
    """A grown person lets another act for them.

    Raises:
        NotGrownUp: under sixteen; parents stand for children.
        NotYourself: helper and helped are the same.
        InFamilyAlready: as the name says.
    """
    if _age(helped.born_on, helped.born_in) < OWN_ACCOUNT:
        raise NotGrownUp
    with transaction() as session:
        _hold(session, helper_id)
        person = person_for_guest(helped)
        jobs.emit(PersonChanged(person.id))
        return let_help(session, helper_id, person, agreement, by_id)


def check_family_code(
    contact: Contact, handle: str, typed: str, *, address: str, by_id: int | None
) -> None:
    """The code that came to this very phone, typed by whoever asked for it beside its owner.

    Raises:
        WrongCode: wrong, too old, used, sent to another phone or asked for by another account.
        TooManyAttempts: too many codes typed from this address.
    """
    proven = check_code(CodePurpose.FAMILY, handle, typed, address)
    if not proven.is_of(contact) or proven.account_id != by_id:
        raise WrongCode


def let_help(
    session: Session, helper_id: int, person: Person, agreement: Agreement, by_id: int | None
) -> Guardianship:
    """As `add_helper`, for a person who is known.

    Raises:
        InFamilyAlready: as the name says.
        NotYourself: helper and helped are the same.
    """
    if _standing(session, helper_id, person.id) is not None:
        raise InFamilyAlready
    made = bind(session, helper_id, person, Bond.HELPER, by_id)
    made.agreed_at = clock.now()
    audit.record(
        "family.agreed", "guardianship", made.id, by_id, person_id=person.id, way=agreement.value
    )
    return made


def record_helper(helper_id: int, helped_id: int, by_id: int) -> Guardianship:
    """Staff keep that a grown person agreed on paper at the desk.

    Raises:
        NotGrownUp: under sixteen; parents stand for children.
        InFamilyAlready: as the name says.
        NotYourself: helper and helped are the same.
    """
    with transaction() as session:
        _hold(session, helper_id)
        person = session.get_one(Person, helped_id)
        age = person.age(clock.today())
        if age is not None and age < OWN_ACCOUNT:
            raise NotGrownUp
        return let_help(session, helper_id, person, Agreement.PAPER, by_id)


def end_bond(bond_id: int, by_id: int | None) -> None:
    """The one does not act for the other any more; what was done stays."""
    with transaction() as session:
        bond = session.get_one(Guardianship, bond_id, with_for_update=True, populate_existing=True)
        if bond.ended_at is None:
            bond.ended_at = clock.now()
            audit.record(
                "family.ended", "guardianship", bond.id, by_id, person_id=bond.dependant_id
            )


def consent_for_child(
    guardian_id: int,
    child_id: int,
    purpose: str,
    *,
    child_agreed: bool | None,
    language: str,
    by_id: int | None,
) -> Consent:
    """A guardian agrees that something about a child is published.

    Raises:
        ChildMustAgree: from seven years on the child is asked as well, and must say yes.
    """
    with transaction() as session:
        age = session.get_one(Person, child_id).age(clock.today())
        asked = age is None or age >= ASKED_FROM
        if asked and not child_agreed:
            raise ChildMustAgree
        return record_consent(
            child_id, purpose, language=language, channel="web", recorded_by_id=by_id,
            given_by_id=guardian_id, child_agreed=child_agreed if asked else None,
        )  # fmt: skip


def bind(
    session: Session, guardian_id: int, person: Person, bond: Bond, by_id: int | None
) -> Guardianship:
    """The standing bond between the two, or a new one; call it with the guardian's row held."""
    if person.id == guardian_id:
        raise NotYourself
    standing = _standing(session, guardian_id, person.id)
    if standing is not None:
        return standing
    made = Guardianship(
        guardian_id=guardian_id, dependant_id=person.id, bond=bond, recorded_by_id=by_id
    )
    session.add(made)
    session.flush()
    audit.record(
        "family.bound", "guardianship", made.id, by_id, person_id=person.id, bond=bond.value
    )
    return made


def _hold(session: Session, guardian_id: int) -> None:
    """Two forms of one guardian come one after the other."""
    session.execute(select(Person.id).where(Person.id == guardian_id).with_for_update())


def _standing(session: Session, guardian_id: int, person_id: int) -> Guardianship | None:
    return session.scalar(
        select(Guardianship).where(
            Guardianship.guardian_id == guardian_id,
            Guardianship.dependant_id == person_id,
            Guardianship.ended_at.is_(None),
        )
    )


def _same_child(session: Session, guardian_id: int, child: Child) -> Guardianship | None:
    """The guardian's child of this name and birth."""
    query = select(Guardianship).join(Guardianship.dependant)
    return session.scalar(
        query.where(
            Guardianship.guardian_id == guardian_id,
            Guardianship.ended_at.is_(None),
            Person.name_key == vi.name_match_key(child.full_name),
            Person.born_in == child.born_in,
            Person.born_on == child.born_on if child.born_on else Person.born_on.is_(None),
        )
    )


def _person_of(session: Session, guardian_id: int, child: Child) -> Person:
    phone = session.scalar(
        select(Account.phone).where(
            Account.person_id == guardian_id, Account.phone_proven_at.is_not(None)
        )
    )
    if phone:
        return person_for_guest(
            Guest(
                full_name=child.full_name, phone=phone, born_in=child.born_in,
                born_on=child.born_on, sex=child.sex, unit_id=child.unit_id,
                language=child.language,
            )
        )  # fmt: skip
    person = Person(
        born_in=child.born_in, born_on=child.born_on, sex=child.sex, language=child.language
    )
    person.call(child.full_name)
    session.add(person)
    session.flush()
    move(session, person, child.unit_id, clock.today())
    return person


def _age(born_on: date | None, born_in: int) -> int:
    return Person(born_on=born_on, born_in=born_in).age(clock.today()) or 0
