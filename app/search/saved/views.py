"""One's own saved searches, and where the link in their letters leads."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access
from app.core.i18n import gettext, localised
from app.core.tokens import read_token
from app.core.web import see_other
from app.search import queries
from app.search.models import Letters, SavedSearch
from app.search.saved import operations
from app.search.saved import queries as saved
from app.search.saved.forms import RHYTHMS, SavedSearchForm
from app.search.saved.question import given, in_words, kept, read, wanted
from app.search.saved.readers import contact_of

bp = localised("saved_searches", __name__)
Page = Response | tuple[str, int]


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/me/searches")
@access.signed_in
def searches() -> str:
    """All of one's own, each with what it asks and how often letters come."""
    names, found = queries.labels(), saved.of(_person_id())
    return render_template(
        "search/saved.html",
        rows=[(each, in_words(read(given(each.question), names), names), results_url(each),
               wanted(each.question, names) is None) for each in found],
        rhythms=RHYTHMS,
        most=operations.MOST_SAVED,
    )  # fmt: skip


@bp.route("/me/searches/new", methods=["GET", "POST"])
@access.signed_in
def save() -> Page:
    """Keep the question of this address."""
    person_id, names = _person_id(), queries.labels()
    asked = read(request.args, names)
    question, words = kept(asked), in_words(asked, names)
    form = SavedSearchForm(name=words, letters=_wished())
    back = f"{url_for('search.courses')}?{question}"
    if form.accepted(lambda: _save(person_id, question, form)):
        flash(_kept(form.rhythm), "success")
        return see_other("saved_searches.searches")
    page = render_template(
        "search/save.html", form=form, words=words, back=back, to=contact_of(person_id)
    )
    return page, form.status


@bp.route("/me/searches/<code>", methods=["GET", "POST"])
@access.signed_in
def edit(code: str) -> Page:
    """Another name, other letters, or the end."""
    search = _own(code)
    form = SavedSearchForm(name=search.name, letters=search.letters.value)
    if form.accepted(lambda: _change(search.id, form)):
        flash(_kept(form.rhythm), "success")
        return see_other("saved_searches.searches")
    names = queries.labels()
    words = in_words(read(given(search.question), names), names)
    page = render_template(
        "search/saved_edit.html", form=form, search=search, words=words,
        results=results_url(search), to=contact_of(search.person_id),
    )  # fmt: skip
    return page, form.status


@bp.post("/me/searches/<code>/delete")
@access.signed_in
def delete(code: str) -> Response:
    operations.remove(_own(code).id, access.actor().account_id)
    flash(gettext("The saved search is deleted."), "success")
    return see_other("saved_searches.searches")


@bp.get("/saved-searches/<token>")
@access.public
def letters(token: str) -> str:
    """Where a letter leads; nothing stops by merely following it: mail programs follow links."""
    search = _of_token(token)
    return render_template(
        "search/stop.html",
        search=search,
        results=results_url(search),
        are_on=search.letters is not Letters.NONE,
    )


@bp.post("/saved-searches/<token>")
@access.public
def stop(token: str) -> Response:
    """By the button of the page, or by the mail program itself (RFC 8058).

    That has no token of a form: whoever has the address may stop the letters, and nothing else.
    """
    search = _of_token(token)
    operations.stop(search.id)
    flash(gettext("You will get no more letters for this search."), "success")
    return redirect(url_for("saved_searches.letters", token=token), 303)


def results_url(search: SavedSearch) -> str:
    return f"{url_for('search.courses')}?{search.question}"


def _save(person_id: int, question: str, form: SavedSearchForm) -> None:
    by_id = access.actor().account_id
    operations.save(person_id, question, form.name.data or "", form.rhythm, by_id)


def _change(search_id: int, form: SavedSearchForm) -> None:
    by_id = access.actor().account_id
    operations.change(search_id, form.name.data or "", form.rhythm, by_id)


def _wished() -> str:
    """What the link to the form asks for; silence is no wish for letters."""
    wish = request.args.get("letters", "")
    return wish if wish in tuple(Letters) else Letters.NONE.value


def _kept(rhythm: Letters) -> str:
    if rhythm is Letters.NONE:
        return gettext("Saved. You find this search on your page.")
    if rhythm is Letters.DAILY:
        return gettext("Saved. We write to you on days with something new.")
    return gettext("Saved. We write to you in weeks with something new.")


def _person_id() -> int:
    return access.actor().person_id or abort(404)


def _own(code: str) -> SavedSearch:
    return saved.own(_person_id(), code) or abort(404)


def _of_token(token: str) -> SavedSearch:
    return saved.found(read_token(operations.STOP, token)) or abort(404)
