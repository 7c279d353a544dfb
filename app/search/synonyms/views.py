"""Pages of city staff: words that mean the same."""

from collections.abc import Callable

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import CityRole
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import gettext, localised, ngettext
from app.core.paging import Page, asked_page
from app.core.web import see_other
from app.search import lexicon
from app.search.models import Synonym
from app.search.synonyms import effect, operations, queries
from app.search.synonyms.effect import Effect
from app.search.synonyms.forms import SynonymForm

bp = localised("synonyms", __name__, "/staff/synonyms")
PER_PAGE = 30
_LONGEST = 100


@bp.get("")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def entries() -> str:
    """All entries, also those that are off; before there are any, the list to begin with."""
    looked_for = request.args.get("q", "").strip()[:_LONGEST]
    rows, number = queries.all_rows(looked_for), asked_page(request.args)
    start = (number - 1) * PER_PAGE
    page = Page(
        rows[start : start + PER_PAGE], number, len(rows), PER_PAGE,
        lambda n: url_for("synonyms.entries", q=looked_for or None, page=n if n > 1 else None),
    )  # fmt: skip
    missing = {operations.key_of(each.term) for each in lexicon.built_in()} - {
        row.key for row in queries.all_rows()
    }
    return render_template(
        "search/synonyms.html", page=page, looked_for=looked_for, others=queries.others,
        missing=len(missing),
    )  # fmt: skip


@bp.post("/take-over")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def take_over() -> Response:
    """What the list to begin with has and the table has not."""
    count = operations.take_over(access.actor().account_id)
    flash(ngettext("%(num)s entry was added.", "%(num)s entries were added.", count), "success")
    return see_other("synonyms.entries")


@bp.route("/new", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def new() -> Response | tuple[str, int]:
    form = SynonymForm(is_active=True)
    by_id = access.actor().account_id
    return _page(form, lambda: operations.add(form.fields(), by_id))


@bp.route("/<id:synonym_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def entry(synonym_id: int) -> Response | tuple[str, int]:
    row = db.session.get(Synonym, synonym_id) or abort(404)
    form = SynonymForm()
    if request.method == "GET":
        form.show(row)
    by_id = access.actor().account_id
    return _page(form, lambda: operations.edit(synonym_id, form.fields(), by_id), row)


def _page(
    form: SynonymForm, act: Callable[[], object], row: Synonym | None = None
) -> Response | tuple[str, int]:
    """The form, saved or only tried."""
    effects: list[Effect] = []
    if "try" in request.form:
        effects = _tried(form, row.key if row else "")
    elif form.accepted(act):
        flash(gettext("Saved. Within a minute every search uses it."), "success")
        return see_other("synonyms.entries")
    page = render_template("search/synonym.html", form=form, row=row, effects=effects)
    return page, form.status


def _tried(form: SynonymForm, instead_of: str) -> list[Effect]:
    if not form.submitted():
        return []
    try:
        operations.check(form.fields())
    except DomainError as error:
        form.refuse(error)
        return []
    return effect.of(form.fields(), instead_of)
