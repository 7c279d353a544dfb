"""A provider's classes term by term, and what of its own runs out soon."""

from http import HTTPStatus

from flask import Response, abort, render_template, request, url_for

from app.core import access, clock
from app.indicators.operations.looks import note_file
from app.indicators.provider_views.blueprint import bp
from app.indicators.workplace import classes as own
from app.indicators.workplace import columns, expiring
from app.participation import periods
from app.participation.definitions import INTERNAL
from app.participation.errors import NotAPeriod
from app.participation.periods import Kind, Period


@bp.get("/figures/classes")
@access.provider_staff()
def classes(slug: str) -> str:
    """Every class that ends in a term, with what each figure means."""
    term = own.of_term(access.here(slug).provider_id, _asked())
    return render_template(
        "indicators/workplace/classes.html",
        slug=slug, term=term, figures=own.FIGURES, internal=INTERNAL, terms=_terms(),
        file=url_for("indicators_provider.classes_file", slug=slug, term=term.period.code),
    )  # fmt: skip


@bp.get("/figures/classes.csv")
@access.provider_staff()
def classes_file(slug: str) -> Response:
    """The cells of the page as a CSV file."""
    term = own.of_term(access.here(slug).provider_id, _asked())
    note_file(term.period.code, slug, access.actor().account_id)
    sent = Response(columns.csv(term).encode())
    sent.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"classes-{term.period.code}-{slug}-internal.csv"
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent


@bp.get("/figures/expiring")
@access.provider_staff()
def expiring_soon(slug: str) -> str:
    """What somebody has to look after in the next two weeks."""
    found = expiring.of_provider(access.here(slug).provider_id)
    return render_template("indicators/workplace/expiring.html", slug=slug, found=found)


def _terms() -> list[Period]:
    """The next half-year, the one that runs, and three before."""
    now = periods.usual(clock.today())[0]
    coming = (
        periods.half_year(now.first.year, 2)
        if now.code.endswith("H1")
        else periods.half_year(now.first.year + 1, 1)
    )
    before = [now.previous()]
    before += [before[-1].previous()]
    return [coming, now, *before, before[-1].previous()]


def _asked() -> Period:
    code = request.args.get("term", "")
    if not code:
        return _terms()[1]
    try:
        found = periods.parse(code)
    except NotAPeriod:
        abort(HTTPStatus.NOT_FOUND)
    return found if found.kind is not Kind.DAYS else abort(HTTPStatus.NOT_FOUND)
