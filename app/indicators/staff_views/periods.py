"""Periods of reporting: opening one, who has and has not reported, closing it."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, url_for

from app.core import access, clock
from app.core.access import CityRole
from app.core.errors import DomainError
from app.core.formats import read_whole
from app.core.forms import BaseForm, choices
from app.core.i18n import Bilingual, gettext
from app.core.tables import Column, csv_lines
from app.core.web import see_other
from app.indicators.desk_words import STATES
from app.indicators.forms.returns import BoardForm, PeriodForm, ReopenForm
from app.indicators.models import ReportingPeriod
from app.indicators.operations import returns as operations
from app.indicators.queries import frameworks, reporting, reports
from app.indicators.queries import returns as queries
from app.indicators.queries.reporting import Asked, Line, Who
from app.indicators.staff_views.blueprint import Page, bp
from app.participation import periods
from app.places import queries as places

_MOST_KEY = 2**31 - 1
_WHO = "<any(providers, communes):who>"
_COLUMNS = (
    Column("name", Bilingual("Tên", "Name"), Bilingual("Tên", "Name"),
           lambda line: line.name.text()),
    Column("type", Bilingual("Loại hình", "Kind"), Bilingual("Loại hình", "Kind"),
           lambda line: line.type.name.text() if line.type else ""),
    Column("unit_code", Bilingual("Mã đơn vị", "Code of the unit"),
           Bilingual("Mã hành chính", "Official code"), lambda line: line.unit.code),
    Column("unit", Bilingual("Phường, xã", "Ward"), Bilingual("Tên", "Name"),
           lambda line: line.unit.full_name.text()),
    Column("state", Bilingual("Trạng thái", "State"), Bilingual("Trạng thái", "State"),
           lambda line: line.state),
    Column("certified_on", Bilingual("Ngày xác nhận", "Certified on"),
           Bilingual("Ngày", "Day"), lambda line: _day(line, "certified_at")),
    Column("late", Bilingual("Trễ hạn", "Late"), Bilingual("1: trễ hạn", "1: late"),
           lambda line: int(bool(line.found and line.found.is_late))),
    Column("on_paper", Bilingual("Trên giấy", "On paper"),
           Bilingual("1: báo cáo trên giấy", "1: reported on paper"),
           lambda line: int(bool(line.found and line.found.is_on_paper))),
    Column("checked_on", Bilingual("Ngày kiểm tra", "Checked on"),
           Bilingual("Ngày", "Day"), lambda line: _day(line, "checked_at")),
)  # fmt: skip


class _CloseForm(BaseForm):
    """Nothing to fill in: the button is the answer."""


@bp.route("/returns", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def periods_of_reporting() -> Page:
    """All periods with how many have reported, and a form to open one."""
    form = PeriodForm()
    lists = [
        (str(each.framework.id), str(each.framework.name)) for each in frameworks.all_in_force()
    ]
    choices(form.framework, [("", gettext("None")), *lists])
    if form.submitted():
        framework_id = read_whole(form.framework.data or "", _MOST_KEY)
        due_on, by_id = form.due_on.value, access.actor().account_id or 0
        try:
            if due_on is None:
                return abort(HTTPStatus.UNPROCESSABLE_ENTITY)
            opened = operations.open_period(form.code.data or "", framework_id, due_on, by_id)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("Opened. Providers and communes see it on their pages."), "success")
            return see_other("indicators_staff.board", code=opened.code, who=Who.PROVIDERS)
    found = queries.all_periods()
    page = render_template(
        "indicators/desk/periods.html",
        form=form, periods=found, label=periods.parse, usual=periods.usual,
        complete={each.id: queries.completeness(each.code) for each in found},
    )  # fmt: skip
    return page, form.status


@bp.get(f"/returns/<code>/{_WHO}")
@access.city_staff(CityRole.STATISTICIAN)
def board(code: str, who: str) -> Page:
    """Who has reported and who has not, by state, ward and kind of provider."""
    found = _opened(code)
    form, asked = _asked(who)
    chosen = {"state": asked.state, "unit": asked.unit, "type": asked.type}
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    page = reporting.page(
        found, asked,
        lambda n: url_for("indicators_staff.board", code=code, who=who, page=n, **kept),
    )  # fmt: skip
    return render_template(
        "indicators/desk/board.html",
        reporting=found, period=periods.parse(code), who=asked.who, ask=form, page=page,
        kept=kept, counts=reporting.by_state(found, asked.who), states=STATES,
        complete=queries.completeness(code), today=clock.today(),
    )  # fmt: skip


@bp.get(f"/returns/<code>/{_WHO}.csv")
@access.city_staff(CityRole.STATISTICIAN)
def board_file(code: str, who: str) -> FlaskResponse:
    """The lines of the board as chosen, all pages of it."""
    found = _opened(code)
    _form, asked = _asked(who)
    content = "".join(_lines(found, asked)).encode()
    answer = FlaskResponse(content, mimetype="text/csv")
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="returns-{code}-{who}.csv"'
    return answer


@bp.route("/returns/<code>/close", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def close_period(code: str) -> Page:
    """Take no return any more; the page says first who is still missing."""
    found, form = _opened(code), _CloseForm()
    by_id = access.actor().account_id or 0
    if form.accepted(lambda: operations.close_period(found.id, by_id)):
        flash(gettext("The period is closed."), "success")
        return see_other("indicators_staff.board", code=code, who=Who.PROVIDERS)
    page = render_template(
        "indicators/desk/close.html",
        reporting=_opened(code), period=periods.parse(code), form=form,
        complete=queries.completeness(code),
    )  # fmt: skip
    return page, form.status


@bp.route("/returns/<code>/reopen", methods=["GET", "POST"])
@access.city_staff(CityRole.STATISTICIAN)
def reopen_period(code: str) -> Page:
    """Take returns again, as long as no report of the period is frozen."""
    found, form = _opened(code), ReopenForm()
    by_id = access.actor().account_id or 0
    if form.accepted(lambda: operations.reopen_period(found.id, form.reason.data or "", by_id)):
        flash(gettext("The period is open again."), "success")
        return see_other("indicators_staff.board", code=code, who=Who.PROVIDERS)
    page = render_template(
        "indicators/desk/reopen.html",
        reporting=_opened(code), period=periods.parse(code), form=form,
        is_frozen=bool(reports.last_revision(code)),
    )  # fmt: skip
    return page, form.status


def _opened(code: str) -> ReportingPeriod:
    return queries.period(code) or abort(404)


def _asked(who: str) -> tuple[BoardForm, Asked]:
    kinds = reporting.types() if who == Who.PROVIDERS else []
    return BoardForm.of_address(Who(who), places.wards(), kinds)


def _lines(found: ReportingPeriod, asked: Asked) -> Iterator[str]:
    return csv_lines(_COLUMNS, reporting.lines(found, asked))


def _day(line: Line, name: str) -> str:
    moment = getattr(line.found, name) if line.found else None
    return clock.local(moment).date().isoformat() if moment else ""
