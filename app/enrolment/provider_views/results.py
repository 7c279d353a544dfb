"""Finishing a class: who has completed it."""

from flask import flash, render_template

from app.catalogue import rule_words
from app.catalogue.models import Run
from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.i18n import ngettext
from app.core.web import see_other
from app.enrolment import operations
from app.enrolment import results as finished
from app.enrolment.desk_forms import ResultsForm
from app.enrolment.errors import ReasonNeeded, RunNotOver
from app.enrolment.provider_views.blueprint import Page, bp, run_at


@bp.get("/runs/<id:run_id>/results")
@access.provider_staff(EDITING)
def results(slug: str, run_id: int) -> Page:
    """Everybody on the list, as the rule proposes or as it was recorded."""
    run = run_at(slug, run_id)
    found = finished.of(run)
    marked = [line.place.id for line in found.lines if line.is_completed]
    page = _page(slug, run, found, ResultsForm(formdata=None), marked)
    audit.saw("run", run_id, action="roster.read")
    return page


@bp.post("/runs/<id:run_id>/results")
@access.provider_staff(EDITING)
def record_results(slug: str, run_id: int) -> Page:
    """Everybody marked has completed; where that is not the rule, the reason is kept."""
    run, form = run_at(slug, run_id), ResultsForm()
    form.submitted()
    found = finished.of(run)
    marked, reason = form.completed.data or [], form.reason.data or ""
    overridden = found.overridden(marked)
    try:
        _check(run, overridden, reason)
        count = operations.record_results(
            run_id, marked, access.actor().account_id, reason, overridden
        )
    except DomainError as error:
        form.refuse(error)
        run = run_at(slug, run_id)
        return _page(slug, run, finished.of(run), form, marked), error.status
    told = ngettext("Saved: %(num)s new result.", "Saved: %(num)s new results.", count)
    flash(told, "success")
    return see_other("enrolment_provider.results", slug=slug, run_id=run_id)


def _check(run: Run, overridden: set[int], reason: str) -> None:
    if not finished.is_over(run):
        raise RunNotOver
    if overridden and not reason:
        raise ReasonNeeded(field="reason")


def _page(
    slug: str, run: Run, found: finished.Results, form: ResultsForm, marked: list[int]
) -> str:
    return render_template(
        "enrolment/results.html",
        slug=slug,
        run=run,
        found=found,
        form=form,
        marked=marked,
        rule=rule_words.completion(run),
        recorded=any(not line.place.is_live for line in found.lines),
        is_over=finished.is_over(run),
    )
