"""A child's data in the hands of whoever stands for it by law: to read, to copy, to ask about."""

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import policy, queries
from app.accounts.forms.rights import ChildRequestForm, PressForm
from app.accounts.models import DataRequest, Guardianship
from app.accounts.operations import requests as desk
from app.accounts.operations import wishes
from app.accounts.queries import rights
from app.accounts.rights import my_data
from app.accounts.rights.words import CHILD_KINDS, OUTCOMES
from app.accounts.views.blueprint import bp
from app.accounts.views.my_data import copy_of
from app.core import access, throttle
from app.core.formats import short_date
from app.core.i18n import gettext
from app.core.web import see_other

MOST_A_DAY = 10
_A_DAY = 24 * 60


def _bond(bond_id: int) -> Guardianship:
    """The reader's own bond to a child; of two rows of one child the one that counts.

    Whoever has an account of their own, from sixteen on, looks after their data there.
    """
    bond = access.load(Guardianship, bond_id, policy.corrects_by)
    child = bond.dependant
    if child.merged_into_id is not None or queries.with_account([child.id]):
        abort(404)
    return bond


def _request(bond: Guardianship, code: str) -> DataRequest:
    return rights.request_coded(code, bond.dependant_id) or abort(404)


@bp.get("/me/family/<id:bond_id>/data")
@access.signed_in
@access.own_eyes
def child_data(bond_id: int) -> str:
    """What we hold about the child, who used it, and what was asked for it."""
    bond = _bond(bond_id)
    found = list(my_data.sections(bond.dependant_id))
    return render_template(
        "accounts/child_data.html",
        bond=bond,
        child=bond.dependant,
        sections=[each for each in found if each.name != my_data.USES],
        uses=[each for each in found if each.name == my_data.USES],
        requests=rights.requests_of(bond.dependant_id),
        form=PressForm(),
    )


@bp.get("/me/family/<id:bond_id>/data/copy.<any(json, csv):kind>")
@access.signed_in
@access.confirmed
def copy_child_data(bond_id: int, kind: str) -> Response:
    """The child's copy, as the child itself would get it."""
    child_id = _bond(bond_id).dependant_id
    wishes.note_copy(child_id, access.actor().account_id)
    return copy_of(child_id, kind, "du-lieu-cua-con")


@bp.post("/me/family/<id:bond_id>/data/<any(restrict, release, object, count):wish>")
@access.signed_in
def child_wish(bond_id: int, wish: str) -> Response:
    """One click each way, as for oneself."""
    child_id, by_id = _bond(bond_id).dependant_id, access.actor().account_id
    if wish in ("restrict", "release"):
        wishes.restrict(child_id, by_id, on=wish == "restrict")
    else:
        wishes.object_to_groups(child_id, by_id, on=wish == "object")
    flash(gettext("Done. It holds from now on."), "success")
    return see_other("accounts.child_data", bond_id=bond_id)


@bp.route("/me/family/<id:bond_id>/requests/new", methods=["GET", "POST"])
@access.signed_in
def new_child_request(bond_id: int) -> Response | tuple[str, int]:
    """Ask in the child's name for something that a person must do."""
    bond, form = _bond(bond_id), ChildRequestForm()
    if form.submitted():
        throttle.check("data-request", str(bond.dependant_id), MOST_A_DAY, _A_DAY)
        request = desk.receive_request(
            form.wanted, person_id=bond.dependant_id, wish=form.wish.data or "",
            recorded_by_id=access.actor().account_id,
        )  # fmt: skip
        flash(_sent(request), "success")
        return see_other("accounts.child_request", bond_id=bond_id, code=request.code)
    page = render_template("accounts/child_request_new.html", form=form, bond=bond)
    return page, form.status


def _sent(request: DataRequest) -> str:
    return gettext(
        "We have request %(code)s. We answer by %(answer)s and act by %(act)s.",
        code=request.code,
        answer=short_date(request.answer_by),
        act=short_date(request.act_by),
    )


@bp.get("/me/family/<id:bond_id>/asked/<code>")
@access.signed_in
@access.own_eyes
def child_request(bond_id: int, code: str) -> str:
    """Where a request about the child stands, whichever of its parents sent it."""
    bond = _bond(bond_id)
    return render_template(
        "accounts/child_request.html",
        bond=bond,
        request_=_request(bond, code),
        kinds=CHILD_KINDS,
        outcomes=OUTCOMES,
        form=PressForm(),
    )


@bp.post("/me/family/<id:bond_id>/asked/<code>/take-back")
@access.signed_in
def take_back_child_request(bond_id: int, code: str) -> Response:
    """It is closed; nothing more is done."""
    request = _request(_bond(bond_id), code)
    desk.take_back_request(request.id, access.actor().account_id or abort(403))
    flash(gettext("You took the request back."), "success")
    return see_other("accounts.child_request", bond_id=bond_id, code=code)
