"""Where visitors leave a phone or mailbox to be told once."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.forms.sign_in import ContactForm
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext, localised
from app.core.keys import read_code
from app.core.web import see_other
from app.search import queries
from app.search.alerts import operations
from app.search.saved.question import given, in_words, kept, read

bp = localised("search_alerts", __name__, "/search-alerts")
Page = Response | tuple[str, int]


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.route("", methods=["GET", "POST"])
@access.public
def ask() -> Page:
    """Be told once when the question of this address finds something; signed in, it is saved."""
    names = queries.labels()
    asked = read(request.args, names)
    question, words = kept(asked), in_words(asked, names)
    if not question:
        return see_other("search.courses")
    if request.method == "GET" and access.actor().person_id is not None:
        return redirect(f"{url_for('saved_searches.save')}?{question}", 303)
    form, back = ContactForm(), f"{url_for('search.courses')}?{question}"
    if form.submitted() and form.contact is not None:
        here = throttle.line(request.remote_addr)
        try:
            code = operations.ask(question, form.contact, here, language=current_language())
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("We write to you, once, as soon as there is something."), "success")
            return see_other("search_alerts.alert", code=code)
    page = render_template("search/alert.html", form=form, words=words, back=back)
    return page, form.status


@bp.get("/<code>")
@access.public
def alert(code: str) -> str:
    """What waits, and the way to stop it."""
    found = operations.found(read_code(code)) or abort(404)
    names = queries.labels()
    words = in_words(read(given(found.question), names), names)
    return render_template("search/alert_stop.html", words=words)


@bp.post("/<code>")
@access.public
def stop(code: str) -> Response:
    """Stopped; a second time there is nothing left to stop."""
    operations.stop(read_code(code))
    flash(gettext("You will hear no more of this search."), "success")
    return see_other("search.courses")
