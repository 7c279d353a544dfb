"""Published reports: the one in force, every revision at its own address, and their files."""

from flask import Response, abort, render_template, request

from app.core import access
from app.core.i18n import current_language
from app.core.kept import kept
from app.indicators.models import Report
from app.indicators.queries import reports as queries
from app.indicators.reports import files, pages
from app.indicators.reports.content import Part
from app.indicators.reports.source import Source
from app.indicators.views.blueprint import bp

_A_WHILE = 300.0  # seconds


@bp.get("/reports")
@access.public
def reports() -> str:
    """Every published report, the newest period first."""
    return render_template("indicators/reports/list.html", reports=queries.published())


@bp.get("/reports/<period>")
@access.public
def report(period: str) -> str:
    """The revision in force."""
    return _page(queries.in_force(period))


@bp.get("/reports/<period>/<id:revision>")
@access.public
def revision(period: str, revision: int) -> str:
    """One revision; it stays readable when there is another."""
    return _page(_published(period, revision))


@bp.get("/reports/<period>/<id:revision>/<file>")
@access.public
def report_file(period: str, revision: int, file: str) -> Response:
    """One of its files; they never change, and setting a paper takes long."""
    row, language = _published(period, revision) or abort(404), current_language()
    made = kept(
        ("report", row.digest, revision, file, language),
        _A_WHILE,
        lambda: files.file(pages.page(row, Part.PUBLIC).source, file, language),
    )
    return _sent(file, made)


def file_answer(source: Source, name: str) -> Response:
    """The file as an attachment; 404 where there is none of this name."""
    return _sent(name, files.file(source, name, current_language()))


def _sent(name: str, made: tuple[files.Kind, bytes] | None) -> Response:
    kind, content = made or abort(404)
    answer = Response(content)
    answer.headers["Content-Type"] = kind.content_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _published(period: str, revision: int) -> Report | None:
    found = queries.revision(period, revision)
    return found if found and found.published_at else None


def _page(row: Report | None) -> str:
    if row is None:
        abort(404)
    shown = pages.page(row, Part.PUBLIC, request.args.get("measure", ""))
    in_force = queries.in_force(row.period)
    return render_template(
        "indicators/reports/report.html",
        page=shown,
        in_force=in_force,
        revisions=[each for each in queries.revisions(row.period) if each.published_at],
        files=files.names(shown.source),
    )
