"""The returns of a provider: which are asked for, filling one in, certifying it."""

from flask import abort, render_template, url_for

from app.core import access
from app.core.access import EDITING, ProviderRole
from app.core.i18n import gettext
from app.indicators.desk_words import STATES
from app.indicators.models import Party
from app.indicators.provider_views.blueprint import Page, bp
from app.indicators.queries import returns as queries
from app.indicators.returns import pages as return_pages
from app.indicators.returns.pages import Desk
from app.participation import periods
from app.providers import queries as providers

_OWNERS = frozenset({ProviderRole.OWNER})


@bp.get("/returns")
@access.provider_staff(EDITING)
def returns(slug: str) -> Page:
    """The periods that were asked for, the newest first."""
    party = Party(provider_id=access.here(slug).provider_id)
    mine = queries.by_period(party)
    asked = [each for each in queries.all_periods() if each.id in mine or queries.owes(each, party)]
    return render_template(
        "indicators/desk/returns.html",
        slug=slug, periods=asked, mine=mine, states=STATES, label=periods.parse,
    )  # fmt: skip


@bp.get("/returns/<code>")
@access.provider_staff(EDITING)
def show_return(slug: str, code: str) -> Page:
    """What the return says so far, and what comes next."""
    return return_pages.show(_desk(slug, code))


@bp.route("/returns/<code>/fill", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def fill_return(slug: str, code: str) -> Page:
    return return_pages.fill(_desk(slug, code))


@bp.route("/returns/<code>/certify", methods=["GET", "POST"])
@access.provider_staff(_OWNERS)
def certify_return(slug: str, code: str) -> Page:
    return return_pages.certify(_desk(slug, code))


def _desk(slug: str, code: str) -> Desk:
    party = Party(provider_id=access.here(slug).provider_id)
    reporting, provider = queries.period(code), providers.by_slug(slug)
    if reporting is None or provider is None or not queries.owes(reporting, party):
        abort(404)
    return Desk(
        reporting, party, provider.name,
        {"show": "indicators_provider.show_return", "fill": "indicators_provider.fill_return",
         "certify": "indicators_provider.certify_return"},
        {"slug": slug, "code": code},
        [(gettext("Returns"), url_for("indicators_provider.returns", slug=slug))],
        may_fill=True, may_certify=access.owns(slug), nav=slug,
    )  # fmt: skip
