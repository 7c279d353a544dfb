"""The sessions that were counted, and the correction of what one of them was."""

from flask import abort, flash, render_template, url_for

from app.core import access
from app.core.access import CityRole
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.participation import corrections, history
from app.participation.correction_forms import CorrectionForm, FindForm
from app.participation.described import Vocabulary
from app.participation.history import Line
from app.participation.staff_views.blueprint import Page, bp


@bp.get("/participation/sessions")
@access.city_staff(CityRole.STATISTICIAN)
def sessions() -> str:
    """Find a session that was counted."""
    form, asked = FindForm.of_address()

    def url(number: int) -> str:
        return url_for("participation_staff.sessions", **form.address, page=number)

    page, lines = history.sessions(asked, url)
    words = Vocabulary.of(line.row for line in lines)
    shown = {"ask": form, "page": page, "lines": lines, "words": words}
    return render_template("participation/sessions.html", **shown)


@bp.route("/participation/sessions/<key>", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def session(key: str) -> Page:
    """What one of them was, everything corrected so far, and another correction."""
    found = _found(key)
    form = CorrectionForm.about(found.row, Vocabulary.of([found.row]))
    if not form.submitted():
        return _page(found, form), form.status
    by_id, values = access.actor().account_id, form.corrected(found.row)
    try:
        corrections.correct_session(
            found.row.meeting, by_id, form.reason.data or "", seen=form.version.seen, **values
        )
    except DomainError as error:
        form.refuse(error)
        if isinstance(error, ChangedMeanwhile):
            found = _found(key)
            form.version.data = str(found.row.id)
        return _page(found, form), error.status
    flash(gettext("Corrected. The figures follow in a minute or so."), "success")
    return see_other("participation_staff.session", key=key)


def _found(key: str) -> Line:
    return history.session(history.meeting_of(key) or 0) or abort(404)


def _page(found: Line, form: CorrectionForm) -> str:
    return render_template(
        "participation/session.html",
        line=found, form=form, words=Vocabulary.of([found.row]),
        corrections=history.corrections_of(found.row.meeting),
        campaign=history.campaign(found.row.campaign),
    )  # fmt: skip
