"""A new term from an earlier one in four pages: choose, say when, look at the table, done."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import operations, term_plans
from app.catalogue.operations.term_copies import check_first_day
from app.catalogue.plan_forms import TermForm
from app.catalogue.planning_models import TermCopy
from app.catalogue.provider_views.blueprint import bp
from app.catalogue.run_view import RunView
from app.catalogue.term_plans import NewRun, Order
from app.core import access, clock
from app.core.access import EDITING, Actor
from app.core.errors import DomainError
from app.core.fields import read_day
from app.core.formats import read_row
from app.core.i18n import gettext
from app.core.keys import random_code
from app.core.web import see_other
from app.providers import queries as providers
from app.providers.models import Provider

_BEFORE, _AFTER = timedelta(days=150), timedelta(days=14)
_MAKE = "make"


@bp.get("/terms/new")
@access.provider_staff(EDITING)
def choose_runs(slug: str) -> str:
    """The classes that began between two days, to be ticked."""
    today = clock.today()
    first = _day("from", today - _BEFORE)
    last = _day("to", today + _AFTER)
    runs = term_plans.candidates(access.here(slug).provider_id, first, last)
    return render_template(
        "catalogue/term_choose.html",
        provider=providers.by_slug(slug),
        first=first,
        last=last,
        views=[RunView(run, run.sessions) for run in runs],
        chosen={run.id for run in runs},
        most=term_plans.MOST_RUNS,
    )


@bp.route("/terms/new/plan", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def plan_term(slug: str) -> Response | tuple[str, int]:
    """When the new term begins; then the table of what will be made, which can be corrected."""
    provider = access.load(Provider, access.here(slug).provider_id, _works_here)
    run_ids = _run_ids()
    form = TermForm(form_key=random_code())
    if not run_ids:
        flash(gettext("Choose at least one class to copy."), "error")
        return see_other("catalogue_provider.choose_runs", slug=slug)
    if form.submitted():
        order = form.order(run_ids, request.form)
        plans = _plans(provider, order, form)
        if plans and request.form.get("act") == _MAKE:
            made = _make(provider, order, form)
            if made is not None:
                return see_other("catalogue_provider.term", slug=slug, copy_id=made.id)
            plans = term_plans.plan(provider, order)
        if plans:
            return _table(provider, form, order, plans)
    page = render_template(
        "catalogue/term_days.html", provider=provider, form=form, run_ids=run_ids
    )
    return page, form.status


@bp.get("/terms/<id:copy_id>")
@access.provider_staff(EDITING)
def term(slug: str, copy_id: int) -> str:
    """What was made."""
    here = access.here(slug).provider_id
    found = access.load(TermCopy, copy_id, lambda _actor, made: made.provider_id == here)
    runs = term_plans.made_by(found.id)
    return render_template(
        "catalogue/term_done.html",
        provider=providers.by_slug(slug),
        views=[RunView(run, run.sessions) for run in runs],
    )


def _works_here(actor: Actor, provider: Provider) -> bool:
    return actor.works_at(provider.id, EDITING)


def _plans(provider: Provider, order: Order, form: TermForm) -> Sequence[NewRun]:
    try:
        check_first_day(order)
    except DomainError as error:
        form.refuse(error)
        return ()
    return term_plans.plan(provider, order)


def _make(provider: Provider, order: Order, form: TermForm) -> TermCopy | None:
    """The new term; None with the refusal in the form."""
    seen, key = form.seen.data or "", form.form_key.data or ""
    try:
        return operations.copy_term(provider.id, order, seen, key, access.actor().account_id)
    except DomainError as error:
        form.refuse(error)
        return None


def _table(
    provider: Provider, form: TermForm, order: Order, plans: Sequence[NewRun]
) -> tuple[str, int]:
    form.seen.data = term_plans.digest(plans)
    page = render_template(
        "catalogue/term_table.html", provider=provider, form=form, order=order, plans=plans
    )
    return page, form.status


def _run_ids() -> list[int]:
    sent = request.values.getlist("run")[: term_plans.MOST_RUNS]
    return [row for text in sent if (row := read_row(text))]


def _day(name: str, usual: date) -> date:
    """A day from the address; what cannot be read is ignored."""
    return read_day(request.args.get(name, "").strip()) or usual
