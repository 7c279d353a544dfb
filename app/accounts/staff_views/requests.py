"""The request desk: requests under the data law with their clocks."""

from collections.abc import Sequence

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts.forms.rights import (
    NOBODY,
    CloseForm,
    ExtendForm,
    PressForm,
    RecordRequestForm,
)
from app.accounts.models import DataRequest, Person, RequestKind, RequestOutcome
from app.accounts.operations import requests as desk
from app.accounts.operations import wishes
from app.accounts.operations.fulfilment import DOABLE, fulfil
from app.accounts.queries import rights
from app.accounts.rights import clocks, tables, words
from app.accounts.staff_views.blueprint import bp
from app.accounts.staff_views.files import csv_file
from app.accounts.staff_views.finding import people_like, phone_end
from app.accounts.views.my_data import copy_of
from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.forms import choices
from app.core.i18n import gettext
from app.core.web import see_other

_COPIED = (RequestKind.SEE, RequestKind.COPY)


@bp.get("/requests")
@access.city_staff(CityRole.ADMINISTRATOR)
def requests() -> str:
    """What waits, the nearest day first; what ended, below."""
    return render_template(
        "accounts/staff/requests.html",
        waiting=rights.open_requests(),
        ended=rights.closed_requests(),
        kinds=words.KINDS,
        outcomes=words.OUTCOMES,
    )


@bp.get("/requests.csv")
@access.city_staff(CityRole.ADMINISTRATOR)
def requests_file() -> Response:
    """The register for an inspector: no names, no words of the people."""
    return csv_file("data-requests.csv", tables.COLUMNS, rights.all_requests())


@bp.route("/requests/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def record_request() -> Response | tuple[str, int]:
    """Write down what came by phone, at a desk or on paper."""
    form, by_id = RecordRequestForm(), _me()
    if form.submitted():
        found = people_like(form.phone.e164 or "", form.full_name.data or "", by_id)
        chosen = form.person.data or ""
        if chosen == NOBODY or chosen in {str(person.id) for person in found}:
            made = desk.receive_request(
                form.wanted, person_id=int(chosen) or None, wish=form.wish.data or "",
                channel=form.channel.data, involves_others=bool(form.involves_others.data),
                received_at=form.received_at, recorded_by_id=by_id,
            )  # fmt: skip
            return see_other("accounts_staff.request", code=made.code)
        _offer(form, found)
    return render_template("accounts/staff/request_new.html", form=form), form.status


@bp.get("/requests/<code>", endpoint="request")
@access.city_staff(CityRole.ADMINISTRATOR)
def request_page(code: str) -> str:
    """One request: its clocks, its history, and what can be done now."""
    found = _found(code)
    person_id, page = found.person_id, _page(found)
    parents = [parent.id for parent, _has_sent in rights.parents_of(found)]
    if person_id is not None:
        audit.saw("data_request", code, person_id=person_id)
    for parent_id in parents:
        audit.saw("person", parent_id, person_id=parent_id)
    return page


@bp.post("/requests/<code>/answer")
@access.city_staff(CityRole.ADMINISTRATOR)
def answer_request(code: str) -> Response:
    """The person is told that it is in hand."""
    found = _found(code)
    desk.answer_request(found.id, _me())
    _say(found, gettext("The person is told that it is being worked on."))
    return see_other("accounts_staff.request", code=code)


@bp.post("/requests/<code>/extend")
@access.city_staff(CityRole.ADMINISTRATOR)
def extend_request(code: str) -> Response | tuple[str, int]:
    """Fifteen days more, once, with a reason."""
    found, form = _found(code), ExtendForm()
    if not form.submitted():
        return _page(found, extend=form), form.status
    try:
        desk.extend_request(found.id, form.reason.data or "", _me())
    except DomainError as error:
        form.refuse(error)
        return _page(found, extend=form), error.status
    _say(found, gettext("The time is extended, and the person is told why."))
    return see_other("accounts_staff.request", code=code)


@bp.post("/requests/<code>/close")
@access.city_staff(CityRole.ADMINISTRATOR)
def close_request(code: str) -> Response | tuple[str, int]:
    """The end, with a reply."""
    found, form = _found(code), CloseForm()
    if not form.submitted():
        return _page(found, close=form), form.status
    try:
        desk.close_request(
            found.id, RequestOutcome(form.outcome.data), form.reply.data or "", _me()
        )
    except DomainError as error:
        form.refuse(error)
        return _page(found, close=form), error.status
    _say(found, gettext("The request is closed, and the person is told."))
    return see_other("accounts_staff.request", code=code)


@bp.post("/requests/<code>/do")
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def do_request(code: str) -> Response:
    """Do what was asked and close the request, in one go."""
    found = _found(code)
    fulfil(found.id, _me())
    _say(found, gettext("Done. The request is closed, and the person is told."))
    return see_other("accounts_staff.requests")


@bp.get("/requests/<code>/copy.<any(json, csv):kind>")
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def copy_for_request(code: str, kind: str) -> Response:
    """The person's copy, to hand over; only while they ask for it."""
    found = _found(code)
    if found.person_id is None or not found.is_open or found.kind not in _COPIED:
        abort(404)
    wishes.note_copy(found.person_id, _me(), found.code)
    return copy_of(found.person_id, kind)


def _page(
    found: DataRequest, extend: ExtendForm | None = None, close: CloseForm | None = None
) -> str:
    return render_template(
        "accounts/staff/request.html",
        request_=found,
        steps=rights.steps_of(found),
        words=words,
        parents=rights.parents_of(found),
        is_reached=rights.is_reached(found),
        can_do=found.is_open and found.person_id is not None and found.kind in DOABLE,
        can_copy=found.is_open and found.person_id is not None and found.kind in _COPIED,
        extension=clocks.EXTENSION,
        extend=extend or ExtendForm(formdata=None),
        close=close or CloseForm(formdata=None),
        form=extend or close or PressForm(),
    )


def _say(found: DataRequest, told: str) -> None:
    """What was done; nobody is said to be told whom no message finds."""
    alone = gettext("Written down. No message can reach the person: tell them yourself.")
    flash(told if rights.is_reached(found) else alone, "success")


def _offer(form: RecordRequestForm, found: Sequence[Person]) -> None:
    """Let the desk say which of them it is, or that it is none."""
    pairs = [(str(person.id), _told(person)) for person in found]
    none = gettext("None of these: record it without a person")
    wrong = gettext("Choose the person this is about.")
    if not pairs:
        none = gettext("Record it without a person")
        wrong = gettext("Nobody was found. Correct the number or name, or record without a person.")
    choices(form.person, [*pairs, (NOBODY, none)])
    form.person.errors = [*form.person.errors, wrong]


def _told(person: Person) -> str:
    """Enough to tell people of one name apart."""
    return f"{person.full_name}, {person.born_in or '–'}, {phone_end(person)}"


def _found(code: str) -> DataRequest:
    return rights.request_coded(code) or abort(404)


def _me() -> int:
    return access.actor().account_id or abort(403)
