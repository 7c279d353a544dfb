"""One's own data: what we hold, who used it, a copy of it, and the wishes done at once."""

from collections.abc import Callable, Iterator

from flask import Response as FlaskResponse
from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.forms.rights import PressForm
from app.accounts.models import Person
from app.accounts.operations import record_consent, wishes, withdraw_consent
from app.accounts.queries import rights
from app.accounts.rights import my_data, purposes
from app.accounts.views.blueprint import bp
from app.core import access, clock
from app.core.i18n import current_language, gettext
from app.core.web import see_other

_COPIES: dict[str, tuple[Callable[[int], Iterator[str]], str]] = {
    "json": (my_data.as_json, "application/json"),
    "csv": (my_data.as_csv, "text/csv; charset=utf-8"),
}


def own_person() -> Person:
    """The person of this account; an account that stands for nobody has no such pages."""
    person_id = access.actor().person_id
    return queries.person(person_id) or abort(404) if person_id else abort(404)


@bp.get("/me/data", endpoint="my_data")
@access.signed_in
@access.own_eyes
def page() -> str:
    """What we hold about the reader, in words."""
    actor = access.actor()
    person = queries.person(actor.person_id) if actor.person_id else None
    found = list(my_data.sections(person.id)) if person else []
    return render_template(
        "accounts/my_data.html",
        person=person,
        sections=[each for each in found if each.name != my_data.USES],
        uses=[each for each in found if each.name == my_data.USES],
        requests=rights.requests_of(person.id) if person else [],
        form=PressForm(),
    )


@bp.get("/me/data/copy.<any(json, csv):kind>")
@access.signed_in
@access.confirmed
def copy_my_data(kind: str) -> Response:
    """All of it as a file, for a program or for a spreadsheet."""
    person = own_person()
    wishes.note_copy(person.id, access.actor().account_id)
    return copy_of(person.id, kind)


def copy_of(person_id: int, kind: str, name: str = "du-lieu-cua-toi") -> Response:
    """The file, whole: what is read while it is sent would be read outside the request."""
    lines, mimetype = _COPIES[kind]
    answer = FlaskResponse("".join(lines(person_id)), content_type=mimetype)
    file = f"{name}-{clock.today():%Y%m%d}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    answer.cache_control.no_store = True
    return answer


@bp.post("/me/data/<any(restrict, release, object, count):wish>")
@access.signed_in
def wish(wish: str) -> Response:
    """One click each way; done when the page comes back."""
    person, by_id = own_person(), access.actor().account_id
    if wish in ("restrict", "release"):
        wishes.restrict(person.id, by_id, on=wish == "restrict")
    else:
        wishes.object_to_groups(person.id, by_id, on=wish == "object")
    flash(gettext("Done. It holds from now on."), "success")
    return see_other("accounts.my_data")


@bp.get("/me/data/consents")
@access.signed_in
@access.own_eyes
def consents() -> str:
    """Each optional use with its own words and its own button."""
    person = own_person()
    return render_template(
        "accounts/consents.html",
        form=PressForm(),
        purposes=purposes.PURPOSES,
        standing=rights.standing_consents(person.id),
    )


@bp.post("/me/data/consents/<code>/<any(give, withdraw):act>")
@access.signed_in
def decide_consent(code: str, act: str) -> Response:
    """Giving takes one click, and so does taking back."""
    person, by_id = own_person(), access.actor().account_id
    if code not in {purpose.code for purpose in purposes.OPTIONAL}:
        abort(404)
    if act == "give":
        language = current_language()
        record_consent(person.id, code, language=language, channel="web")
        flash(gettext("Thank you. You can take it back here at any time."), "success")
    else:
        withdraw_consent(person.id, code, by_id)
        flash(gettext("Your consent is withdrawn. We stopped at once."), "success")
    return see_other("accounts.consents")
