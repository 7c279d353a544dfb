"""Returns in a ward or commune: its own, and those of its providers, which it checks."""

from flask import abort, flash, render_template, request, url_for

from app.core import access, clock
from app.core.errors import DomainError
from app.core.i18n import gettext, ngettext
from app.core.web import see_other
from app.indicators import policy
from app.indicators.commune_views.blueprint import Page, bp, unit_at
from app.indicators.desk_words import STATES
from app.indicators.errors import CheckedByAnother
from app.indicators.forms.returns import CheckManyForm
from app.indicators.models import Party, ReportingPeriod
from app.indicators.operations import returns as operations
from app.indicators.queries import returns as queries
from app.indicators.returns import figures as return_figures
from app.indicators.returns import pages as return_pages
from app.indicators.returns.pages import Desk
from app.participation import periods
from app.places.models import AdminUnit
from app.providers import queries as providers

_AT = "/<string(length=5):code>/returns"


@bp.get(_AT)
@access.commune_staff
def returns(code: str) -> Page:
    """The periods that were asked for, with what waits in each."""
    unit = unit_at(code)
    opened = queries.all_periods()
    counts = {each.id: queries.states(each, [unit.id]).get(unit.id, (0, 0, 0)) for each in opened}
    return render_template(
        "indicators/desk/commune.html",
        unit=unit, periods=opened, counts=counts, label=periods.parse, states=STATES,
        mine=queries.by_period(Party(unit_id=unit.id)),
    )  # fmt: skip


@bp.get(f"{_AT}/<period>")
@access.commune_staff
def commune_period(code: str, period: str) -> Page:
    """The commune's own return, and every provider with its state and figures."""
    unit, reporting = unit_at(code), _opened(period)
    return render_template(
        "indicators/desk/commune_period.html",
        unit=unit, reporting=reporting, period=periods.parse(period), states=STATES,
        listed=queries.in_commune(reporting, unit.id), own=_own(unit, reporting).found(),
        figures=return_figures.of_providers(unit.id, periods.parse(period)),
        by_name=return_figures.BY_NAME, today=clock.today(), me=access.actor().account_id,
    )  # fmt: skip


@bp.post(f"{_AT}/<period>/check")
@access.commune_staff
def check_many(code: str, period: str) -> Page:
    """Everything ticked was looked at and is right; what changed since stays as it is."""
    unit, reporting = unit_at(code), _opened(period)
    mine = {found.id for _provider, found in queries.in_commune(reporting, unit.id) if found}
    done = left = own = 0
    for key, version in CheckManyForm().pairs():
        if key not in mine:
            continue
        try:
            operations.check(key, version, access.actor().account_id or 0)
            done += 1
        except CheckedByAnother:
            own += 1
        except DomainError:
            left += 1
    if done:
        told = ngettext("Checked: %(num)s return.", "Checked: %(num)s returns.", done)
        flash(told, "success")
    if left:
        told = ngettext(
            "%(num)s return has changed meanwhile. Look at it again.",
            "%(num)s returns have changed meanwhile. Look at them again.",
            left,
        )
        flash(told, "warning")
    if own:
        flash(str(CheckedByAnother.message), "warning")
    if not (done or left or own):
        flash(gettext("Tick the returns that are right, then press the button."), "error")
    return see_other("indicators_commune.commune_period", code=code, period=period)


@bp.get(f"{_AT}/<period>/own")
@access.commune_staff
def own_return(code: str, period: str) -> Page:
    return return_pages.show(_own(unit_at(code), _opened(period)))


@bp.route(f"{_AT}/<period>/own/fill", methods=["GET", "POST"])
@access.commune_staff
def fill_own_return(code: str, period: str) -> Page:
    return return_pages.fill(_own(unit_at(code), _opened(period)))


@bp.route(f"{_AT}/<period>/own/certify", methods=["GET", "POST"])
@access.commune_staff
def certify_own_return(code: str, period: str) -> Page:
    return return_pages.certify(_own(unit_at(code), _opened(period)))


@bp.post(f"{_AT}/<period>/own/check")
@access.commune_staff
def check_own_return(code: str, period: str) -> Page:
    """The city checks what a commune has certified, never the commune itself."""
    desk = _own(unit_at(code), _opened(period))
    return return_pages.check(desk) if desk.may_check else abort(403)


@bp.route(f"{_AT}/<period>/providers/<slug>", methods=["GET", "POST"])
@access.commune_staff
def provider_return(code: str, period: str, slug: str) -> Page:
    """One provider's return: check it, or send it back."""
    desk = _of_provider(unit_at(code), _opened(period), slug)
    return return_pages.show(desk) if request.method == "GET" else return_pages.check(desk)


@bp.route(f"{_AT}/<period>/providers/<slug>/fill", methods=["GET", "POST"])
@access.commune_staff
def fill_provider_return(code: str, period: str, slug: str) -> Page:
    """What a provider reports on paper, entered by the office."""
    return return_pages.fill(_of_provider(unit_at(code), _opened(period), slug))


@bp.route(f"{_AT}/<period>/providers/<slug>/certify", methods=["GET", "POST"])
@access.commune_staff
def certify_provider_return(code: str, period: str, slug: str) -> Page:
    """In the name of whoever signed the paper."""
    return return_pages.certify(_of_provider(unit_at(code), _opened(period), slug))


def _opened(code: str) -> ReportingPeriod:
    return queries.period(code) or abort(404)


def _crumbs(unit: AdminUnit, reporting: ReportingPeriod) -> list[tuple[str, str]]:
    here = url_for("indicators_commune.returns", code=unit.code)
    period = url_for("indicators_commune.commune_period", code=unit.code, period=reporting.code)
    return [
        (str(unit.full_name), here), (str(periods.parse(reporting.code).label), period)
    ]  # fmt: skip


def _own(unit: AdminUnit, reporting: ReportingPeriod) -> Desk:
    party = Party(unit_id=unit.id)
    if not queries.owes(reporting, party):
        abort(404)
    is_city = policy.all_figures(access.actor())
    return Desk(
        reporting, party, unit.full_name,
        {"show": "indicators_commune.own_return", "fill": "indicators_commune.fill_own_return",
         "certify": "indicators_commune.certify_own_return",
         "check": "indicators_commune.check_own_return"},
        {"code": unit.code, "period": reporting.code}, _crumbs(unit, reporting),
        may_fill=True, may_certify=True, may_check=is_city,
    )  # fmt: skip


def _of_provider(unit: AdminUnit, reporting: ReportingPeriod, slug: str) -> Desk:
    provider = providers.by_slug(slug)
    if provider is None or provider.unit_id != unit.id:
        abort(404)
    party = Party(provider_id=provider.id)
    if not queries.owes(reporting, party):
        abort(404)
    here = "indicators_commune.provider_return"
    return Desk(
        reporting, party, provider.name,
        {"show": here, "check": here, "fill": "indicators_commune.fill_provider_return",
         "certify": "indicators_commune.certify_provider_return"},
        {"code": unit.code, "period": reporting.code, "slug": slug}, _crumbs(unit, reporting),
        may_fill=True, may_certify=True, may_check=True, on_paper=True,
    )  # fmt: skip
