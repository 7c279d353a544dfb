"""Fees at the desk: people pay at the centre, and staff write it down."""

from flask import flash, render_template

from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.i18n import gettext, ngettext
from app.core.web import see_other
from app.enrolment import class_list, words
from app.enrolment.desk_forms import FeeForm, PaidForm
from app.enrolment.models import Enrolment, FeeStatus
from app.enrolment.operations import desk
from app.enrolment.operations import fees as operations
from app.enrolment.provider_views.blueprint import Page, bp, place_at, run_at

PAID, WAIVED, SEEN, AGAIN = "paid", "waived", "seen", "again"


@bp.get("/runs/<id:run_id>/fees")
@access.provider_staff(EDITING)
def fees(slug: str, run_id: int) -> Page:
    """Who still has to pay, to be ticked; who has paid, and who need not."""
    run = run_at(slug, run_id)
    people = class_list.of(run)
    owing = [place for place in people.seated if place.fee_status is FeeStatus.DUE]
    settled = (FeeStatus.PAID, FeeStatus.WAIVED)
    page = render_template(
        "enrolment/fees.html",
        slug=slug,
        run=run,
        owing=owing,
        total=sum(place.fee for place in owing),
        settled=[place for place in people.seated if place.fee_status in settled],
        fees=words.FEES,
    )
    audit.saw("run", run_id, action="roster.read")
    return page


@bp.post("/runs/<id:run_id>/fees")
@access.provider_staff(EDITING)
def take_fees(slug: str, run_id: int) -> Page:
    """Everybody ticked has paid."""
    run_at(slug, run_id)
    paid = PaidForm().paid.data or []
    count = desk.mark_several_paid(run_id, paid, access.actor().account_id)
    if count:
        told = ngettext(
            "Saved: %(num)s person has paid.", "Saved: %(num)s people have paid.", count
        )
        flash(told, "success")
    else:
        flash(gettext("Nobody was marked."), "error")
    return see_other("enrolment_provider.fees", slug=slug, run_id=run_id)


@bp.route("/places/<code>/fee", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def fee(slug: str, code: str) -> Page:
    """The fee of one person: paid, not to be paid, its paper seen, or a mistake undone."""
    found = place_at(slug, code)
    form = FeeForm()
    form.offer(_acts(found))
    if not form.submitted():
        return _page(slug, found, form), form.status
    try:
        _do(found.id, form)
    except DomainError as error:
        form.refuse(error)
        return _page(slug, place_at(slug, code), form), error.status
    flash(gettext("Saved."), "success")
    return see_other("enrolment_provider.place", slug=slug, code=found.code)


def _do(enrolment_id: int, form: FeeForm) -> None:
    by_id, reason = access.actor().account_id, form.reason.data or ""
    if form.what.data == PAID:
        operations.mark_paid(enrolment_id, by_id)
    elif form.what.data == WAIVED:
        operations.waive(enrolment_id, by_id, reason)
    elif form.what.data == SEEN:
        operations.see_document(enrolment_id, by_id)
    else:
        operations.reopen_fee(enrolment_id, by_id, reason)


def _acts(place: Enrolment) -> list[tuple[str, str]]:
    """What can have happened, as things stand."""
    group = class_list.fee_group(place)
    acts = []
    if group and group.needs_document and not place.document_seen_at:
        acts.append((SEEN, gettext("We have seen the paper for the reduced fee")))
    if place.fee_status is FeeStatus.DUE:
        acts += [
            (PAID, gettext("The fee was paid")),
            (WAIVED, gettext("Nothing has to be paid, for the reason below")),
        ]
    elif place.fee_status is not FeeStatus.FREE:
        acts.append((AGAIN, gettext("That was a mistake: the fee is still to be paid")))
    return acts


def _page(slug: str, place: Enrolment, form: FeeForm) -> str:
    return render_template(
        "enrolment/desk_fee.html",
        slug=slug,
        place=place,
        run=place.run,
        fee=words.fee(place),
        group=class_list.fee_group(place),
        form=form,
    )
