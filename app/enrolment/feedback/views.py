"""Saying what one thinks of a class: by the secret address of the letter, without an account."""

from flask import abort, render_template

from app.core import access, throttle, tokens
from app.core.web import see_other
from app.enrolment.feedback import operations, queries
from app.enrolment.feedback.forms import FeedbackForm
from app.enrolment.feedback.questions import FEEDBACK, SHOWN_FROM
from app.enrolment.models import Enrolment
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, here

WRONG_ONES = 30


def token_of(place: Enrolment) -> str:
    """What opens the questions for this place, and nothing else of it."""
    return tokens.token(FEEDBACK, place.id)


@bp.route("/feedback/<token>", methods=["GET", "POST"])
@access.public
def feedback(token: str) -> Page:
    """Three questions; afterwards, and when it is too late, a word of thanks."""
    place = _place(token)
    key, form = place.id, FeedbackForm()
    if form.accepted(lambda: _answer(key, form)):
        return see_other("enrolment.feedback", token=token)
    found = queries.asked_of(_place(token))
    template = "enrolment/feedback/ask.html" if found else "enrolment/feedback/thanks.html"
    more = {"round": found, "answered": queries.has_answered(place), "shown_from": SHOWN_FROM}
    return render_template(template, form=form, run=place.run, **more), form.status


def _answer(place_id: int, form: FeedbackForm) -> None:
    operations.answer(
        place_id, int(form.usefulness.data), int(form.satisfaction.data), form.comment.data or ""
    )


def _place(text: str) -> Enrolment:
    """Whose questions these are; whoever makes addresses up has to stop soon."""
    throttle.look(FEEDBACK, here(), WRONG_ONES)
    number = tokens.read_token(FEEDBACK, text)
    found = queries.place(number) if number else None
    if found is None:
        throttle.check(FEEDBACK, here(), WRONG_ONES)
        abort(404)
    return found
