"""Certificates of a class, as its staff issue, print and revoke them."""

from collections.abc import Sequence

from flask import Response as Download
from flask import abort, flash, render_template, request

from app.catalogue.models import Run
from app.core import access, audit
from app.core.access import EDITING
from app.core.errors import DomainError
from app.core.formats import read_whole
from app.core.forms import BaseForm
from app.core.i18n import gettext, ngettext
from app.core.keys import read_code
from app.core.web import see_other
from app.enrolment import class_list
from app.enrolment.certificates import issuing, queries, revoking
from app.enrolment.certificates.forms import IssueForm, RevokeForm
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.certificates.paper import AT_ONCE, paper
from app.enrolment.models import EnrolmentState
from app.enrolment.provider_views.blueprint import Page, bp, run_at

_MOST_FILES = 1000


@bp.get("/runs/<id:run_id>/certificates")
@access.provider_staff(EDITING)
def certificates(slug: str, run_id: int) -> Page:
    """Everybody who has completed the class, with the certificate they have."""
    page = _page(slug, run_at(slug, run_id), IssueForm(formdata=None))
    audit.saw("run", run_id, action="roster.read")
    return page


@bp.post("/runs/<id:run_id>/certificates")
@access.provider_staff(EDITING)
def issue_certificates(slug: str, run_id: int) -> Page:
    """To everybody who is marked."""
    run, form = run_at(slug, run_id), IssueForm()
    if not form.submitted():
        return _page(slug, run, form), form.status
    try:
        chosen = Languages(form.languages.data)
        count = issuing.issue(run_id, form.marked.data or [], chosen, _by())
    except DomainError as error:
        form.refuse(error)
        return _page(slug, run_at(slug, run_id), form), error.status
    told = ngettext("Issued: %(num)s certificate.", "Issued: %(num)s certificates.", count)
    flash(told, "success")
    return see_other("enrolment_provider.certificates", slug=slug, run_id=run_id)


@bp.get("/runs/<id:run_id>/certificates.pdf")
@access.provider_staff(EDITING)
def certificate_papers(slug: str, run_id: int) -> Download:
    """All of the class to print, so many to a file."""
    run_at(slug, run_id)
    part = read_whole(request.args.get("part", ""), _MOST_FILES) or 1
    found = queries.printable(run_id)[AT_ONCE * (part - 1) : AT_ONCE * part]
    if not found:
        abort(404)
    audit.saw("run", run_id, action="roster.export")
    found = queries.printable(run_id)[AT_ONCE * (part - 1) : AT_ONCE * part]
    return printed(found, f"certificates-{run_id}-{part}")


@bp.get("/certificates/<code>")
@access.provider_staff(EDITING)
def certificate(slug: str, code: str) -> Page:
    """One, and what can be done about it."""
    found = _at(slug, code)
    key, person_id = found.id, found.enrolment.person_id
    page = _one(slug, found, RevokeForm(formdata=None))
    audit.saw("certificate", key, person_id=person_id)
    return page


@bp.get("/certificates/<code>.pdf")
@access.provider_staff(EDITING)
def certificate_paper(slug: str, code: str) -> Download:
    """One to print."""
    found = _at(slug, code)
    if not found.is_valid or not found.full_name:
        abort(404)
    audit.saw("certificate", found.id, person_id=found.enrolment.person_id)
    found = _at(slug, code)
    return printed([found], found.number)


@bp.post("/certificates/<code>/revoke")
@access.provider_staff(EDITING)
def revoke_certificate(slug: str, code: str) -> Page:
    """It holds no longer, for a reason."""
    found, form = _at(slug, code), RevokeForm()
    key = found.id
    if form.accepted(lambda: revoking.revoke(key, form.reason.data or "", _by())):
        flash(gettext("Revoked. The person is told why."), "success")
        return see_other("enrolment_provider.certificate", slug=slug, code=code)
    return _one(slug, _at(slug, code), form), form.status


@bp.post("/certificates/<code>/reissue")
@access.provider_staff(EDITING)
def reissue_certificate(slug: str, code: str) -> Page:
    """The same with the corrected name; the old one leads to it."""
    found, form, made = _at(slug, code), BaseForm(), []
    key, why = found.id, gettext("The name was corrected.")
    if form.accepted(lambda: made.append(issuing.reissue(key, why, _by()).code)):
        flash(gettext("Issued anew. The old certificate is revoked."), "success")
        return see_other("enrolment_provider.certificate", slug=slug, code=made[0])
    return _one(slug, _at(slug, code), RevokeForm(formdata=None), form), form.status


def printed(found: Sequence[Certificate], name: str) -> Download:
    """The file under a name that tells nobody's."""
    headers = {"Content-Disposition": f"attachment; filename={name}.pdf"}
    return Download(paper(found), mimetype="application/pdf", headers=headers)


def _page(slug: str, run: Run, form: IssueForm) -> str:
    seated = class_list.of(run).seated
    completed = [each for each in seated if each.state is EnrolmentState.COMPLETED]
    newest = queries.of_run(run.id)
    have = {key: each for key, each in newest.items() if each.is_valid}
    printable = sum(bool(each.full_name) for each in have.values())
    return render_template(
        "enrolment/certificates/of_run.html",
        slug=slug,
        run=run,
        form=form,
        completed=completed,
        newest=newest,
        waiting=[each for each in completed if each.id not in have and each.person.full_name],
        files=-(-printable // AT_ONCE),
    )


def _one(slug: str, found: Certificate, form: RevokeForm, again: BaseForm | None = None) -> str:
    return render_template(
        "enrolment/certificates/one.html",
        slug=slug,
        certificate=found,
        run=found.enrolment.run,
        form=form,
        again=again,
        successor=queries.successor(found),
        may_reissue=found.is_valid
        and found.enrolment.state is EnrolmentState.COMPLETED
        and found.full_name != found.enrolment.person.full_name != "",
    )


def _at(slug: str, code: str) -> Certificate:
    mine = queries.at_provider(access.here(slug).provider_id, read_code(code))
    return mine or abort(404)


def _by() -> int | None:
    return access.actor().account_id
