"""Enrolling oneself or somebody of one's family: an account types nothing again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from app.accounts import queries as people
from app.accounts.models import Person, Residence
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.models import Run, RunState
from app.catalogue.rules import Rules
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.forms import choices
from app.core.i18n import current_language, gettext
from app.enrolment import advice, browser, door, operations, queries, terms, ways
from app.enrolment.enrol_forms import EnrolForm, OwnForm, own_form
from app.enrolment.errors import PhoneNotProven, SeatGone
from app.enrolment.forms import ClaimForm
from app.enrolment.models import Enrolment
from app.enrolment.operations import Application
from app.enrolment.operations.claims import Whose

WITH_ONE_ACCOUNT = 30
CLAIMS_OF_ONE_ACCOUNT = 10
SOMEBODY_ELSE: dict[str, Any] = {"for": "other"}


def knows() -> bool:
    """Whether somebody is signed in whose person is known."""
    return access.actor().person_id is not None


def is_for_somebody_else() -> bool:
    return bool(request.args.get("for") == SOMEBODY_ELSE["for"])


def was_sent() -> bool:
    """Whether the page of this module was sent, and not the five questions."""
    return "full_name" not in request.form


def form_address(run_id: int) -> str:
    """Where the five questions are."""
    return url_for("enrolment.enrol", run_id=run_id, **(SOMEBODY_ELSE if knows() else {}))


def family_ids() -> list[int]:
    """The person of this account and those it may act for."""
    me = access.actor().person_id
    return [] if me is None else [me, *(person.id for person in people.dependants(me))]


@dataclass(frozen=True, slots=True)
class Choice:
    """The family before one run: who has a place there, and who may still take one."""

    run: Run
    family: Sequence[Person]
    taken: Mapping[int, Enrolment]

    @classmethod
    def of(cls, run: Run) -> "Choice":
        me = people.person(access.actor().person_id)
        family = [me, *people.dependants(me.id)] if me else []
        return cls(run, family, queries.live_in(run.id, [person.id for person in family]))

    def form(self) -> OwnForm:
        """Everybody who has no place yet; one person alone is chosen already."""
        free = [person for person in self.family if person.id not in self.taken]
        alone = [str(each.id) for each in free] if len(self.family) == len(free) == 1 else []
        form = own_form(self.run, alone, has_partner=door.has_partner(self.run))
        choices(form.who, [(str(person.id), _called(person)) for person in free])
        if request.method == "GET":
            form.queue.data = "1" if self.run.state is RunState.QUEUE else ""
        return form

    def refused(self, error: DomainError) -> OwnForm:
        """The form with the reason and whom it is about; the button offers the queue, if any."""
        form = self.form()
        whose = error.person_id
        person = next((each for each in self.family if each.id == whose), None)
        if person and len(self.family) > 1:
            words = {"name": person.full_name, "reason": str(error.message)}
            error = DomainError(gettext("%(name)s: %(reason)s", **words))
        form.refuse(error)
        if isinstance(error, SeatGone) and self.run.queue_is_open:
            form.queue.data = "1"
        return form

    def hints(self) -> dict[str, str]:
        """Birth year and ward, by which people of the same name are told apart; what to mind."""
        ids = [person.id for person in self.family]
        homes, clashes = people.homes(ids), terms.clashes(self.run, ids)
        return {
            str(each.id): ". ".join(
                part.rstrip(".")
                for part in (
                    ", ".join(_told(each, homes.get(each.id))),
                    clashes.get(each.id, ""),
                    self._advised(each.id),
                )
                if part
            )
            for each in self.family
        }

    def _advised(self, person_id: int) -> str:
        """The course that is better taken before, where the person has not."""
        rules = Rules.read(self.run.rules)
        if rules.requires_course_id is None or rules.binds:
            return ""
        found = advice.warnings(person_id, self.run.id)
        return " ".join(each.text for each in found if each.code == "course_first")


def button(form: EnrolForm | OwnForm) -> str:
    """What sending does."""
    if form.agrees_to_wait:
        return gettext("Join the waiting list")
    return gettext("Send the enrolment")


def _chosen_above(form: OwnForm) -> str:
    return gettext("as chosen above") if form.fee_groups else ""


def ask(choice: Choice, form: OwnForm, **about: Any) -> str:
    """Who will learn, and what sending means."""
    provider = choice.run.course.provider.name.text()
    places = [(each, choice.taken[each.id]) for each in choice.family if each.id in choice.taken]
    return render_template(
        "enrolment/own.html", form=form, hints=choice.hints(), places=places,
        sentences=terms.sentences(choice.run, _chosen_above(form)), send=button(form),
        takes_groups=ways.takes_groups(choice.run), early=terms.early(choice.run),
        agreement=ENROLMENT.shown(current_language(), provider=provider), **about,
    )  # fmt: skip


def take_places(form: OwnForm, run_id: int) -> list[str]:
    """The codes of a place for everybody who was chosen, or for nobody; who sent it is kept."""
    actor = access.actor()
    throttle.check("enrol-account", str(actor.account_id), WITH_ONE_ACCOUNT)
    application = Application(
        form_key=form.form_key.data or None, recorded_by_id=actor.account_id,
        wait=form.agrees_to_wait, language=current_language(), given_by_id=actor.person_id,
        **form.asked(),
    )  # fmt: skip
    return operations.codes_for_party(form.person_ids, run_id, application)


def _told(person: Person, home: Residence | None) -> Iterator[str]:
    if person.born_in:
        yield gettext("born in %(year)s", year=person.born_in)
    if home and home.unit:
        yield home.unit.full_name.text()


def claim(form: ClaimForm) -> None:
    """The place of a valid form becomes the account's, or its family's.

    Only for the phone the account has proved: whoever else knows a code learns nothing here.
    """
    actor, phone = access.actor(), form.phone.e164 or ""
    throttle.check("claim", str(actor.account_id), CLAIMS_OF_ONE_ACCOUNT)
    if not people.has_proven_phone(actor.account_id, phone):
        raise PhoneNotProven
    address = throttle.line(request.remote_addr)
    found = browser.find(form.code.data or "", phone, address)
    operations.claim(
        found.id, actor.person_id or 0, form.born_in.data or 0, Whose(form.whose.data),
        actor.account_id,
    )  # fmt: skip


def _called(person: Person) -> str:
    if person.id == access.actor().person_id:
        return gettext("%(name)s (I myself)", name=person.full_name)
    return person.full_name
