"""Where the link in a reminder leads: to hear no more of them, or again."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import queries as people
from app.accounts.models import Person
from app.accounts.operations.wishes import remind_contact
from app.core import access
from app.core.i18n import gettext, localised
from app.core.tokens import read_token
from app.core.web import see_other
from app.notices.reminders import STOP

bp = localised("reminders", __name__, "/reminders")


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/<token>")
@access.public
def choose(token: str) -> str:
    """Nothing stops by merely following the link: mail programs follow links too."""
    person = _person(token)
    return render_template("notices/reminders.html", are_on=person.no_reminders_since is None)


@bp.post("/<token>")
@access.public
def send_choice(token: str) -> Response:
    """For everybody who is reached at the phone or mailbox of the letter."""
    on = request.form.get("reminders") == "on"
    remind_contact(_person(token).id, on=on)
    if on:
        flash(gettext("We will remind you the evening before a class."), "success")
    else:
        flash(gettext("You will get no more reminders."), "success")
    return see_other("reminders.choose", token=token)


def _person(token: str) -> Person:
    """Whose reminder the link was in; a merged record stands for who it became."""
    person = people.person(read_token(STOP, token))
    if person is not None and person.merged_into_id:
        person = people.person(person.merged_into_id)
    return person if person is not None and not person.erased_at else abort(404)
