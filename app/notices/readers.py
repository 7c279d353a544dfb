"""Who reads the news of a person: they themself, or whoever stands for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.accounts import queries as people
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Bond, Guardianship, Person


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told, and about whom."""

    person: Person
    about: Person

    @property
    def name(self) -> str:
        """Whom it is about, where the reader is somebody else."""
        return "" if self.person is self.about else self.about.full_name

    @property
    def mark(self) -> str:
        """What keeps this reader's messages apart from those of another one."""
        return "" if self.person is self.about else f"-{self.person.id}"

    def contacts(self) -> list[Contact]:
        """A text to the phone and a letter to the mailbox, as far as there are any."""
        known = (
            (ContactKind.PHONE, self.person.phone),
            (ContactKind.EMAIL, self.person.email),
        )
        return [Contact(kind, value) for kind, value in known if value]


def readers(person: Person) -> Sequence[Reader]:
    """The person; of a child without a phone of its own everybody who stands for it."""
    return readers_of([person])[person.id]


def readers_of(persons: Collection[Person]) -> Mapping[int, Sequence[Reader]]:
    """As `readers`, by person: one statement for all of them."""
    bonds: dict[int, list[Guardianship]] = defaultdict(list)
    for bond in people.bonds_over([each.id for each in persons]):
        bonds[bond.dependant_id].append(bond)
    return {each.id: _readers(each, bonds[each.id]) for each in persons}


def _readers(person: Person, bonds: Sequence[Guardianship]) -> Sequence[Reader]:
    parents = [bond.guardian for bond in bonds if bond.bond is not Bond.HELPER]
    lent = {contact for each in parents for contact in (each.phone, each.email)}
    if {person.phone, person.email} - lent - {None}:
        return [Reader(person, person)]
    return [Reader(bond.guardian, person) for bond in bonds]
