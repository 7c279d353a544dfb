"""The audit log for administrators and auditors: searched, and taken away as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response as Download
from flask import abort, render_template, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from app.accounts.audit_words import action_in_words, kind_in_words
from app.accounts.forms.audit_log import LogForm
from app.accounts.operations.auditing import note_export
from app.accounts.queries import audit_log as queries
from app.accounts.staff_views.blueprint import bp
from app.core import access, audit, clock
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.i18n import Bilingual
from app.core.tables import Column, Value, csv_lines
from app.core.web import see_other


def _column(name: str, label: Bilingual, value: Callable[[AuditEntry], Value]) -> Column:
    return Column(name, label, label, value)


def _moment(row: AuditEntry) -> str:
    return clock.local(row.at).isoformat(timespec="seconds")


COLUMNS = (
    _column("at", Bilingual("Giờ thành phố", "City time"), _moment),
    _column("account", Bilingual("Số tài khoản", "Account number"), lambda row: row.account_id),
    _column("action", Bilingual("Mã việc", "Action"), lambda row: row.action),
    _column("kind", Bilingual("Loại đối tượng", "Kind of object"), lambda row: row.object_kind),
    _column("object", Bilingual("Số hoặc mã", "Number or code"), lambda row: row.object_id),
    _column("person", Bilingual("Số của người", "Person's number"), lambda row: row.person_id),
    _column("reason", Bilingual("Lý do", "Reason"), lambda row: row.reason),
    _column("request", Bilingual("Mã yêu cầu", "Id of the request"), lambda row: row.request_id),
)


@bp.post("/audit")
@access.city_staff(CityRole.AUDITOR)
def search_log() -> Response | tuple[str, int]:
    """An e-mail address, phone or place becomes a number before anything stands in an address."""
    form = LogForm(request.form)
    wanted = form.wanted()
    if wanted is None:
        return _page(form, {}, [], None), HTTPStatus.UNPROCESSABLE_ENTITY
    kept = {name: form[name].data for name in ("kind", "key", "action", "first", "last")}
    numbers = {"who": wanted.account_id, "person": wanted.person_id}
    return see_other("accounts_staff.audit_log", **_given({**numbers, **kept}))


@bp.get("/audit")
@access.city_staff(CityRole.AUDITOR)
def audit_log() -> str:
    """Who did and saw what, the latest first."""
    form = LogForm(request.args)
    wanted = form.wanted()
    rows, further = queries.page(wanted) if wanted else ([], None)
    asked = _given({name: request.args.get(name) for name in form.data if name != "before"})
    html = _page(form, asked, rows, further)
    audit.saw("audit", "log", action="audit.read")
    return html


def _page(
    form: LogForm, asked: dict[str, Any], rows: Sequence[AuditEntry], further: int | None
) -> str:
    onward: dict[str, Any] = {**asked, "before": further}
    return render_template(
        "accounts/staff/audit_log.html",
        form=form,
        rows=rows,
        names=_names(rows),
        action=action_in_words,
        kind=kind_in_words,
        asked=asked,
        further=url_for("accounts_staff.audit_log", **onward) if further else "",
    )


def _given(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value}


@bp.get("/audit.csv")
@access.city_staff(CityRole.AUDITOR)
@access.confirmed
def audit_file() -> Response:
    """The same entries for a spreadsheet, row by row; that they were taken away is kept."""
    wanted = LogForm(request.args).wanted() or abort(404)
    note_export(access.actor().account_id)
    lines = stream_with_context(csv_lines(COLUMNS, queries.every_entry(wanted)))
    headers = {"Content-Disposition": "attachment; filename=audit.csv"}
    return Download(lines, mimetype="text/csv", headers=headers)


def _names(rows: Iterable[AuditEntry]) -> dict[int, str]:
    return dict(queries.names({row.account_id for row in rows if row.account_id}))
