"""The city's lists of subjects and audiences, for its catalogue editors."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue import wordlists
from app.catalogue.operations import vocabulary as operations
from app.catalogue.wordlist_forms import EndForm, NewTermForm, TermForm
from app.catalogue.wordlists import Kind, Term
from app.core import access
from app.core.access import CityRole
from app.core.forms import BaseForm
from app.core.i18n import gettext, localised
from app.core.i18n import lazy as _
from app.core.web import see_other

bp = localised("vocabulary_staff", __name__, "/staff/vocabulary")
Page = Response | tuple[str, int]
HEADINGS = {Kind.TOPIC: _("Subjects"), Kind.AUDIENCE: _("Audiences")}
_SHOWN = 50


@bp.route("/<any(topic, audience):kind>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def listed(kind: str) -> Page:
    """All of them with what bears them, also those that ended, and a form for a new one."""
    of, form = Kind(kind), NewTermForm()
    form.suit(of)
    if request.method == "GET":
        form.position.data = str(wordlists.next_position(of))
    elif form.accepted(lambda: operations.add_term(of, form.slug.data or "", form.fields(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("vocabulary_staff.listed", kind=kind)
    page = render_template(
        "catalogue/staff/vocabulary.html",
        kind=of, headings=HEADINGS, form=form, terms=wordlists.terms(of), uses=_uses(of),
    )  # fmt: skip
    return page, form.status


@bp.route("/<any(topic, audience):kind>/<id:term_id>", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def edit(kind: str, term_id: int) -> Page:
    """Its names and its place in the list."""
    of, form = Kind(kind), TermForm()
    found = _term(of, term_id)
    form.suit(of)
    if request.method == "GET":
        form.show(found)
    elif form.accepted(lambda: operations.edit_term(of, term_id, form.fields(), _by())):
        flash(gettext("Saved."), "success")
        return see_other("vocabulary_staff.listed", kind=kind)
    return _page(of, found, form, _end_form(of, term_id))


@bp.post("/<any(topic, audience):kind>/<id:term_id>/end")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def end(kind: str, term_id: int) -> Page:
    """Nothing new gets it any more."""
    of = Kind(kind)
    found, form = _term(of, term_id), _end_form(of, term_id)
    if form.accepted(
        lambda: operations.end_term(of, term_id, _by(), heir_id=form.heir_id, follow=form.follows)
    ):
        flash(gettext("It ended. Old addresses still work."), "success")
        return see_other("vocabulary_staff.edit", kind=kind, term_id=term_id)
    names = TermForm()
    names.suit(of)
    names.show(found)
    return _page(of, found, names, form)


@bp.post("/<any(topic, audience):kind>/<id:term_id>/reopen")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def reopen(kind: str, term_id: int) -> Response:
    """It can be chosen again."""
    of = Kind(kind)
    _term(of, term_id)
    operations.reopen_term(of, term_id, _by())
    flash(gettext("It can be chosen again."), "success")
    return see_other("vocabulary_staff.edit", kind=kind, term_id=term_id)


def _page(of: Kind, found: Term, form: TermForm, ending: BaseForm) -> Page:
    page = render_template(
        "catalogue/staff/term.html",
        kind=of, headings=HEADINGS, term=found, form=form, ending=ending, uses=_uses(of),
        heir=wordlists.term(of, found.replaced_by_id) if found.replaced_by_id else None,
        courses=wordlists.courses_with(of, found.id, _SHOWN) if found.ended_on else (),
    )  # fmt: skip
    return page, ending.status if ending.is_wrong else form.status


def _end_form(of: Kind, term_id: int) -> EndForm:
    form = EndForm()
    form.offer([each for each in wordlists.terms(of) if each.id != term_id and not each.ended_on])
    return form


def _uses(of: Kind) -> list[tuple[str, dict[int, int]]]:
    return [(each.label, dict(each.count(of))) for each in wordlists.uses()]


def _term(of: Kind, term_id: int) -> Term:
    return wordlists.term(of, term_id) or abort(404)


def _by() -> int:
    return access.actor().account_id or 0
