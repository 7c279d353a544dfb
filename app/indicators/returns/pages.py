"""What the pages of returns share: those of a provider, of its commune and of the city."""

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access, clock
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import Bilingual, gettext
from app.core.web import see_other
from app.indicators.desk_words import STATES
from app.indicators.errors import FiguresChanged, FiguresNotReady
from app.indicators.forms.boxes import written
from app.indicators.forms.returns import NIL, CertifyForm, CheckForm, PaperForm, return_form
from app.indicators.models import Party, ReportingPeriod, Return
from app.indicators.operations import returns as operations
from app.indicators.paper import queries as paper
from app.indicators.queries import frameworks
from app.indicators.queries import returns as queries
from app.indicators.returns import figures as return_figures
from app.participation import periods
from app.participation.periods import Period

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Desk:
    """One return as somebody works on it: whose it is, and where its pages are.

    `may_certify` and `may_check` say what this reader may do besides filling it in.
    """

    reporting: ReportingPeriod
    party: Party
    name: Bilingual
    pages: dict[str, str]  # endpoints by "show", "fill", "certify" and "check"
    values: dict[str, Any]
    crumbs: list[tuple[str, str]]
    may_fill: bool = False
    may_certify: bool = False
    may_check: bool = False
    on_paper: bool = False  # who certifies is an office, in the name of who signed
    nav: str = ""  # slug of the provider whose parts stand above the heading

    def url(self, name: str) -> str:
        """Address of one of its pages."""
        return url_for(self.pages[name], **self.values)

    @property
    def period(self) -> Period:
        return periods.parse(self.reporting.code)

    @property
    def is_closed(self) -> bool:
        return self.reporting.closed_at is not None

    @property
    def is_running(self) -> bool:
        """Whether more can still happen in the period."""
        return clock.today() <= self.period.last

    @property
    def is_overdue(self) -> bool:
        return clock.today() > self.reporting.due_on

    @property
    def gets_letters(self) -> bool:
        """Whether anybody who fills it in can be written to."""
        return any(each.email or each.phone for each in queries.who_fill_in(self.party))

    def found(self) -> Return | None:
        return queries.of(self.reporting.id, self.party)


def show(desk: Desk, form: CheckForm | None = None) -> Page:
    """Everything the return says, and what can be done with it."""
    found = desk.found()
    if form is None:
        form = CheckForm(formdata=None, data={"version": str(found.version if found else 0)})
    return _page("show", desk, found, form), form.status


def fill(desk: Desk) -> Page:
    """Words and figures of the party's own; nobody's draft is overwritten unseen."""
    form = return_form(queries.asked(desk.reporting, desk.party))
    found = desk.found()
    if request.method == "GET":
        form.show(found)
        return _page("fill", desk, found, form)
    if not form.submitted():
        return _page("fill", desk, found, form), form.status
    fields, seen, by_id = form.fields(), form.version.seen, access.actor().account_id
    try:
        operations.save_draft(desk.reporting.id, desk.party, fields, seen, by_id)
    except DomainError as error:
        form.refuse(error)
        found = desk.found()
        if isinstance(error, ChangedMeanwhile):
            form.version.data = str(found.version if found else 0)
        return _page("fill", desk, found, form), error.status
    flash(gettext("Saved as a draft. It counts once it is certified."), "success")
    return see_other(desk.pages["show"], **desk.values)


def certify(desk: Desk) -> Page:
    """The last look before figures are certified, or that there was nothing."""
    form, found = PaperForm() if desk.on_paper else CertifyForm(), desk.found()
    if request.method == "GET":
        form.version.data = str(found.version if found else 0)
        return _page("certify", desk, found, form)
    if not form.submitted():
        return _page("certify", desk, found, form), form.status
    figures = return_figures.of(desk.party, desk.period)
    by_id, seen = access.actor().account_id or 0, form.version.seen
    act = operations.certify_nil if form.what.data == NIL else operations.certify
    paper = form.paper if isinstance(form, PaperForm) else None
    try:
        if figures is None:
            raise FiguresNotReady
        if form.shown.data != return_figures.mark(figures):
            raise FiguresChanged
        act(desk.reporting.id, desk.party, figures, seen, by_id, paper=paper)
    except DomainError as error:
        form.refuse(error)
        return _page("certify", desk, desk.found(), form), error.status
    flash(gettext("Certified. Thank you."), "success")
    return see_other(desk.pages["show"], **desk.values)


def check(desk: Desk) -> Page:
    """Agree with a certified return, or send it back with a remark."""
    form, found = CheckForm(), desk.found()
    if found is None or not form.submitted():
        return show(desk, form)
    seen, by_id = form.version.seen, access.actor().account_id or 0
    sends_back = "send_back" in request.form
    try:
        if sends_back:
            operations.send_back(found.id, form.remark.data or "", seen, by_id)
        else:
            operations.check(found.id, seen, by_id)
    except DomainError as error:
        form.refuse(error)
        return _page("show", desk, desk.found(), form), error.status
    flash(_sent_back(desk) if sends_back else gettext("Checked."), "success")
    return see_other(desk.pages["show"], **desk.values)


def _sent_back(desk: Desk) -> str:
    if desk.gets_letters:
        return gettext("Sent back. Whoever fills it in gets a letter with your remark.")
    return gettext("Sent back. Nobody there has an account to get a letter: tell them yourself.")


def _page(name: str, desk: Desk, found: Return | None, form: Any) -> str:
    now = return_figures.of(desk.party, desk.period)
    certified = found.figures if found and found.is_certified else None
    if isinstance(form, CertifyForm):
        form.shown.data = return_figures.mark(now)
    return render_template(
        f"indicators/desk/return_{name}.html",
        desk=desk, found=found, form=form, states=STATES, written=written,
        figures=return_figures.in_force(), now=now, certified=certified,
        certified_by=frameworks.name_of(found.certified_by_id if found else None),
        checked_by=frameworks.name_of(found.checked_by_id if found else None),
        is_mine=found is not None and found.certified_by_id == access.actor().account_id,
        steps=queries.steps(found.id) if found and name == "show" else (),
        paper=paper.parts_of(desk.party, desk.period) if name != "fill" else None,
    )  # fmt: skip
