"""Accounts of the city as administrators see them: found, made, closed, signed out."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, flash, g, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations
from app.accounts.forms.roles import NewAccountForm, ReasonForm
from app.accounts.models import Account
from app.accounts.queries import roles as queries
from app.accounts.role_words import MAY, name_of
from app.accounts.staff_views.blueprint import bp
from app.core import access, audit
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.gate import SAFE_METHODS
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.paging import asked_page, page_of
from app.core.vi import clean
from app.core.web import see_other
from app.places import queries as places

Page = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Act:
    """Something an administrator does to an account after saying why."""

    title: str
    what: str  # what follows from it
    done: str
    run: Callable[[int, int, str], None]
    kind: str = "primary"


def _view(account_id: int, by_id: int, reason: str) -> None:
    operations.view_as(login.current_token() or "", account_id, by_id, reason)


def _close(account_id: int, by_id: int, reason: str) -> None:
    operations.close_account(account_id, by_id, reason=reason)


def _reopen(account_id: int, by_id: int, reason: str) -> None:
    operations.reopen_account(account_id, by_id, reason=reason)


def _sign_out(account_id: int, by_id: int, reason: str) -> None:
    operations.end_sessions(account_id, by_id, reason=reason)


ACTS = {
    "close": Act(
        _("Close the account"),
        _("Nobody can sign in with it any more. Every browser is signed out at once."),
        _("The account is closed."),
        _close,
        "danger",
    ),
    "reopen": Act(
        _("Open the account again"),
        _("The account can be used again, with the roles it still has."),
        _("The account is open again."),
        _reopen,
    ),
    "sign-out": Act(
        _("Sign out every browser"),
        _("Whoever uses this account must sign in again."),
        _("Every browser is signed out."),
        _sign_out,
    ),
    "reset-second-factor": Act(
        _("Reset the second factor"),
        _("Make sure who is asking. Then they sign in again and set up a new one."),
        _("The second factor is reset."),
        operations.reset_second_factor,
        "danger",
    ),
    "view": Act(
        _("See pages as this person sees them"),
        _("For 30 minutes, reading only. The person is told, and every page is noted."),
        _("You now see the pages of this person."),
        _view,
    ),
}


@bp.route("/accounts", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
def accounts() -> str:
    """Those with a role; or found by a name, e-mail address or phone, which no address holds."""
    typed = clean(request.form.get("q", ""))[:100]
    page = page_of(
        queries.accounts_like(typed, with_role=not typed),
        1 if typed else asked_page(request.args),
        lambda n: url_for("accounts_staff.accounts", page=n),
    )
    ids = [account.id for account in page.items]
    html = render_template(
        "accounts/staff/accounts.html",
        page=page,
        typed=typed,
        name_of=name_of,
        workplaces=queries.workplaces(ids),
        seen=queries.last_seen(ids),
        factors=queries.with_second_factor(ids),
        proposals=len(queries.open_proposals()),
    )
    audit.saw("accounts", "list")
    return html


@bp.route("/accounts/new", methods=["GET", "POST"])
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def new_account() -> Page:
    """An account without a password: its owner signs in with a code and may choose one."""
    form = NewAccountForm()
    form.fill(_wards())
    if form.submitted():
        try:
            account_id = _make(form)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("The account is ready. Its owner signs in with a code."), "success")
            return see_other("accounts_staff.account", account_id=account_id)
    return render_template("accounts/staff/account_new.html", form=form, may=MAY), form.status


@bp.get("/accounts/<id:account_id>")
@access.city_staff(CityRole.ADMINISTRATOR)
def account(account_id: int) -> str:
    """One account: its roles, its browsers, and what can be done."""
    found = _account(account_id)
    person_id = found.person_id
    html = render_template(
        "accounts/staff/account.html",
        account=found,
        name_of=name_of,
        workplaces=queries.workplaces([account_id]).get(account_id, []),
        seen=queries.last_seen([account_id]).get(account_id),
        has_factor=account_id in queries.with_second_factor([account_id]),
        proposals=queries.open_proposals(account_id),
        acts={name: ACTS[name] for name in _possible(found)},
    )
    audit.saw("account", account_id, person_id=person_id)
    return html


@bp.route(
    "/accounts/<id:account_id>/<any(close, reopen, 'sign-out', 'reset-second-factor', view):act>",
    methods=["GET", "POST"],
)
@access.city_staff(CityRole.ADMINISTRATOR)
@access.confirmed
def act(account_id: int, act: str) -> Page:
    """Say why, then do it."""
    found, doing, form = _account(account_id), ACTS[act], ReasonForm()
    if act not in _possible(found):
        abort(404)
    if form.submitted():
        try:
            doing.run(account_id, access.actor().account_id or 0, form.reason.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            flash(str(doing.done), "success")
            if act == "view":
                return see_other("home.me")
            return see_other("accounts_staff.account", account_id=account_id)
    html = render_template("accounts/staff/act.html", form=form, account=found, act=doing)
    return html, form.status


@bp.post("/viewing/stop")
@access.signed_in
@access.any_eyes
def stop_viewing() -> Response:
    """Back to one's own pages."""
    seen = operations.stop_viewing(login.current_token() or "")
    if seen is None:
        return see_other("home.me")
    return see_other("accounts_staff.account", account_id=seen)


@bp.after_app_request
def _note_pages_seen_for_support(answer: Response) -> Response:
    actor = g.get("actor")
    is_page = request.endpoint and request.method in SAFE_METHODS
    if actor is not None and actor.viewer_id is not None and is_page:
        browser = login.current_browser()
        why = browser.session.view_reason if browser else ""
        page = f"{actor.account_id} {request.endpoint}"  # of each account once a day
        audit.saw("page", page[:60], why, actor.person_id, action="view_as.page")
    return answer


def _possible(account: Account) -> list[str]:
    is_own = account.id == access.actor().account_id
    administers = any(grant.city_role is CityRole.ADMINISTRATOR for grant in account.grants)
    if not account.is_active:
        return ["reopen"]
    if is_own:
        return ["sign-out"]
    names = ["sign-out", "reset-second-factor"]
    return names if administers else ["view", *names, "close"]


def _make(form: NewAccountForm) -> int:
    by_id = access.actor().account_id
    return operations.create_staff(
        form.display_name.data or "", form.office, by_id or 0,
        email=form.email, phone=form.phone, until=form.until.value, reason=form.reason.data or "",
    )  # fmt: skip


def _account(account_id: int) -> Account:
    return queries.account_with_roles(account_id) or abort(404)


def _wards() -> list[tuple[str, str]]:
    return [(str(ward.id), str(ward.full_name)) for ward in places.wards()]
