"""A provider's imports: files sent, looked at, put right, applied."""

from typing import Any

from flask import Response as FlaskResponse
from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access
from app.core.access import EDITING, Actor
from app.core.errors import DomainError
from app.core.formats import read_row
from app.core.i18n import current_language, gettext, localised, ngettext
from app.core.paging import asked_page
from app.core.tables import csv_lines
from app.core.web import see_other
from app.feeds import storage, template, workspace
from app.feeds.columns import PROBLEMS
from app.feeds.forms import ApplyForm, UploadForm
from app.feeds.models import Action, FeedImport, ImportState
from app.feeds.operations import linking, uploads
from app.feeds.words import ACTIONS, MAPPINGS, NOTES, STATES, answer, field
from app.providers import queries as providers
from app.providers.models import Provider

bp = localised("feeds_provider", __name__, "/provider/<slug>/imports")
Page = Response | tuple[str, int]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RELOAD_SECONDS = 2


@bp.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: files may be larger than what other pages are sent."""
    if endpoint == "feeds_provider.imports":
        request.max_content_length = storage.MOST_BYTES + 64 * 1024


@bp.route("", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def imports(slug: str) -> Page:
    """All imports, a form for a new one, and the feeds that are fetched."""
    form = UploadForm()
    if form.submitted():
        given = form.uploaded()
        if given is not None:
            stored = storage.new_name()
            given.save(storage.path(stored))
            source = linking.own_files(access.here(slug).provider_id)
            made = uploads.take(
                source, stored, given.filename or "", _by(),
                mapping=form.mapping.data or "", publish=bool(form.publish.data),
            )  # fmt: skip
            return see_other("feeds_provider.show", slug=slug, import_id=made.id)
        form.sheet.errors = [gettext("Choose the file.")]
    provider = provider_at(slug)
    page = workspace.imports(
        provider.id, asked_page(request.args),
        lambda number: url_for("feeds_provider.imports", slug=slug, page=number),
    )  # fmt: skip
    return render_template(
        "feeds/imports.html", provider=provider, form=form, page=page, states=STATES,
        sources=workspace.sources(provider.id), answer=answer, limit=storage.MOST_BYTES // 1024**2,
    ), form.status  # fmt: skip


@bp.get("/template.<any(csv, xlsx):kind>")
@access.provider_staff(EDITING)
def template_file(slug: str, kind: str) -> Response:
    """The sheet to fill in, its heads in the language of the page."""
    del slug
    language = current_language()
    content = template.csv_file(language) if kind == "csv" else template.xlsx_file(language)
    name = f"mau-khoa-hoc.{kind}" if language == "vi" else f"courses-template.{kind}"
    return _file(content, name, "text/csv; charset=utf-8" if kind == "csv" else _XLSX)


@bp.get("/<id:import_id>")
@access.provider_staff(EDITING)
def show(slug: str, import_id: int) -> Page | FlaskResponse:
    """Where an import stands; while the worker is at it the page comes again by itself."""
    return _page(slug, import_at(slug, import_id), ApplyForm(formdata=None))


@bp.get("/<id:import_id>/changes")
@access.provider_staff(EDITING)
def changes(slug: str, import_id: int) -> str:
    """The difference, field by field."""
    found = import_at(slug, import_id)
    asked = request.args.get("show", "")
    action = Action(asked) if asked in set(Action) else Action.NEW
    page = workspace.changes(
        import_id, action, asked_page(request.args),
        lambda number: url_for(
            "feeds_provider.changes", slug=slug, import_id=import_id, show=action.value, page=number
        ),
    )  # fmt: skip
    return render_template(
        "feeds/changes.html", provider=provider_at(slug), found=found, page=page, action=action,
        actions=ACTIONS, numbers=workspace.numbers(import_id), field=field,
        may_choose=found.state in (ImportState.READY, ImportState.ERRORS),
    )  # fmt: skip


@bp.post("/<id:import_id>/missing")
@access.provider_staff(EDITING)
def choose(slug: str, import_id: int) -> Response:
    """Which of the missing are to be withdrawn."""
    import_at(slug, import_id)
    if "all" in request.form:
        _try(lambda: uploads.choose_all(import_id))
    else:
        shown, ticked = _keys("shown"), _keys("ticked")
        _try(lambda: uploads.choose(import_id, shown, ticked))
    number, _braked = workspace.withdrawals(import_id)
    flash(ngettext("%(num)s is to be withdrawn.", "%(num)s are to be withdrawn.", number))
    return see_other("feeds_provider.show", slug=slug, import_id=import_id)


@bp.post("/<id:import_id>/apply")
@access.provider_staff(EDITING)
def apply(slug: str, import_id: int) -> Page | FlaskResponse:
    """What was shown is wanted."""
    found, form = import_at(slug, import_id), ApplyForm()
    wanted = form.accepted(
        lambda: uploads.want(
            import_id, form.digest.data or "", _by(),
            good_rows=form.good_rows.data == "1", confirmed=form.confirmed.value,
        )
    )  # fmt: skip
    if wanted:
        return see_other("feeds_provider.show", slug=slug, import_id=import_id)
    return _page(slug, found, form)


@bp.post("/<id:import_id>/<any(check, convert, discard):act>")
@access.provider_staff(EDITING)
def do(slug: str, import_id: int, act: str) -> Response:
    """Check again, convert the letters of an old font, or give the import up."""
    import_at(slug, import_id)
    if act == "check":
        _try(lambda: uploads.check_again(import_id))
    elif act == "convert":
        _try(lambda: uploads.convert(import_id))
    else:
        _try(lambda: uploads.discard(import_id, _by()))
    return see_other("feeds_provider.show", slug=slug, import_id=import_id)


@bp.route("/<id:import_id>/rows/<id:line>", methods=["GET", "POST"])
@access.provider_staff(EDITING)
def row(slug: str, import_id: int, line: int) -> Page:
    """One row of the file as a form."""
    found = import_at(slug, import_id)
    wrong = workspace.row(import_id, line) or abort(404)
    typed, status = None, 200
    if request.method == "POST":
        if "leave_out" in request.form:
            _try(lambda: uploads.leave_out(import_id, line))
            return _next_row(slug, import_id)
        typed = {name: request.form.get(name, "")[:10_000] for name in wrong.texts}
        if not any(cell.reason for cell in workspace.cells(found, wrong, typed)):
            _try(lambda: uploads.put_right(import_id, line, typed))
            return _next_row(slug, import_id)
        status = 422
    cells = workspace.cells(found, wrong, typed)
    page = render_template(
        "feeds/row.html", provider=provider_at(slug), found=found, row=wrong, cells=cells,
        left=workspace.row_counts(import_id)[0],
    )  # fmt: skip
    return page, status


@bp.get("/<id:import_id>/errors.csv")
@access.provider_staff(EDITING)
def errors_file(slug: str, import_id: int) -> Response:
    """What is wrong, for whoever made the file."""
    import_at(slug, import_id)
    content = "".join(csv_lines(PROBLEMS, workspace.problems(import_id)))
    return _file(content.encode(), f"errors-{import_id}.csv", "text/csv; charset=utf-8")


def provider_at(slug: str) -> Provider:
    return providers.by_slug(slug) or abort(404)


def import_at(slug: str, import_id: int) -> FeedImport:
    """An import of the provider in the address; another's does not exist here."""
    provider_id = access.here(slug).provider_id

    def is_here(actor: Actor, found: FeedImport) -> bool:
        return found.provider_id == provider_id and actor.works_at(provider_id, EDITING)

    return access.load(FeedImport, import_id, is_here)


def _next_row(slug: str, import_id: int) -> Response:
    """The next wrong row; when none is left the file is checked anew."""
    for left in workspace.wrong_rows(import_id, 1):
        return see_other("feeds_provider.row", slug=slug, import_id=import_id, line=left.line)
    _try(lambda: uploads.check_again(import_id))
    return see_other("feeds_provider.show", slug=slug, import_id=import_id)


def _page(slug: str, found: FeedImport, form: ApplyForm) -> FlaskResponse:
    wrong, put_right = workspace.row_counts(found.id)
    withdrawn, is_braked = workspace.withdrawals(found.id)
    busy = workspace.is_busy(found)
    page = render_template(
        "feeds/import.html", provider=provider_at(slug), found=found, form=form,
        rows=workspace.wrong_rows(found.id, workspace.ROWS_SHOWN), wrong=wrong,
        state=STATES[found.state], busy=busy, progress=workspace.progress(found) if busy else None,
        refusal=workspace.refusal(found), numbers=workspace.numbers(found.id), actions=ACTIONS,
        reasons=workspace.reasons, withdrawn=withdrawn, is_braked=is_braked,
        note=NOTES.get(found.note), mappings=MAPPINGS,
        changed_rows=put_right,
    )  # fmt: skip
    answer = FlaskResponse(page, form.status)
    if busy:
        here = url_for("feeds_provider.show", slug=slug, import_id=found.id)
        answer.headers["Refresh"] = f"{_RELOAD_SECONDS}; url={here}"
    return answer


def _keys(name: str) -> list[int]:
    """The ids among what was sent under this name."""
    return [row for each in request.form.getlist(name) if (row := read_row(each))]


def _try(act: Any) -> None:
    """A refusal is told on the page that follows."""
    try:
        act()
    except DomainError as error:
        flash(str(error.message), "error")


def _file(content: bytes, name: str, mimetype: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FlaskResponse(content, mimetype=mimetype, headers=headers)


def _by() -> int | None:
    return access.actor().account_id
