"""Writing to the people of a class: the words, then who gets them, then sent."""

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue.provider_views.blueprint import run_at
from app.core import access, audit
from app.core.access import EDITING
from app.core.i18n import gettext
from app.core.web import see_other
from app.notices import run_messages, telling
from app.notices.change_forms import MessageForm
from app.notices.provider_views import Page, bp

__all__ = ["bp"]


@bp.get("/runs/<id:run_id>/messages")
@access.provider_staff(EDITING)
def messages(slug: str, run_id: int) -> str:
    """What was written before, and a new message."""
    return _page(slug, run_id, MessageForm(formdata=None))


@bp.post("/runs/<id:run_id>/messages")
@access.provider_staff(EDITING)
def write_message(slug: str, run_id: int) -> Page:
    """First who gets it and how it reads; sent from there, it goes out once."""
    run_at(slug, run_id)
    form = MessageForm()
    if not form.submitted():
        return _page(slug, run_id, form), form.status
    subject, body = form.subject.data or "", form.body.data or ""
    if request.form.get("send") != "1":
        return _preview(slug, run_id, form, subject, body)
    by_id, key = access.actor().account_id, form.form_key.data or ""
    if not form.accepted(lambda: run_messages.send(run_id, subject, body, key, by_id)):
        return _page(slug, run_id, form), form.status
    return _sent(slug, run_id)


def _preview(slug: str, run_id: int, form: MessageForm, subject: str, body: str) -> str:
    outlook = telling.look_ahead(run_id, telling.messaging(run_id, subject, body))
    page = render_template(
        "notices/who_is_told.html",
        slug=slug,
        run=run_at(slug, run_id),
        title=gettext("Write to the class"),
        heading=gettext("What you write"),
        yes=gettext("Send it to everybody"),
        no=gettext("Do not send it"),
        outlook=outlook,
        answers=[(each.name, str(each.data)) for each in form],
        back=url_for("changes_provider.messages", slug=slug, run_id=run_id),
    )
    audit.saw("run", run_id, action="roster.read")
    return page


def _sent(slug: str, run_id: int) -> Response:
    flash(gettext("The message is on its way to everybody."), "success")
    return see_other("changes_provider.messages", slug=slug, run_id=run_id)


def _page(slug: str, run_id: int, form: MessageForm) -> str:
    run = run_at(slug, run_id)
    found = run_messages.of_run(run_id)
    return render_template("notices/messages.html", slug=slug, run=run, form=form, found=found)
