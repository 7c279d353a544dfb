"""`flask catalogue ...`: files of providers in."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core import tables
from app.core.i18n import Bilingual
from app.feeds import layout, operations
from app.feeds.columns import PROBLEMS
from app.feeds.errors import BadMapping, FileRefused, HasBadRows, NoSuchProvider
from app.feeds.mapping import OWN, load
from app.feeds.operations import Wanted
from app.feeds.report import Counts, Report

catalogue = AppGroup("catalogue", help="Course files in.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@catalogue.command("import")
@click.argument("file", type=_FILE)
@click.option("--provider", "slug", required=True, help="The provider's name in addresses.")
@click.option("--mapping", "mapping_file", type=_FILE, help="TOML file for another layout.")
@click.option("--apply", is_flag=True, help="Write; without it the file is only looked at.")
@click.option("--good-rows", is_flag=True, help="Write the good rows although others are wrong.")
@click.option("--publish", is_flag=True, help="Publish drafts that have a run to come.")
@click.option("--show", default=20, show_default=True, help="How many wrong cells to print.")
@click.option("--problems", type=_NEW_FILE, help="Write every wrong cell into this CSV file.")
def import_(
    file: Path,
    slug: str,
    mapping_file: Path | None,
    show: int,
    problems: Path | None,
    **wanted: bool,
) -> None:
    """Read courses, runs and sessions from a CSV, XLSX or XLS file; report, or apply."""
    try:
        mapping = load(mapping_file) if mapping_file else OWN
        report = operations.import_catalogue(file, slug, mapping, Wanted(**wanted))
    except HasBadRows as refused:
        _tell(refused.report, show, problems)
        raise click.ClickException(str(refused.message)) from refused
    except (BadMapping, NoSuchProvider) as refused:
        raise click.ClickException(str(refused.message)) from refused
    except FileRefused as refused:
        raise click.ClickException(_both(refused.reason)) from refused
    _tell(report, show, problems)


@catalogue.command("layout")
def layout_() -> None:
    """Print the columns of our own layout and what they mean."""
    for column in layout.COLUMNS:
        needed = " *" if column.needed else ""
        click.echo(f"{column.name}{needed} ({column.part})\n  {_both(column.label)}")
        click.echo(f"  {_both(column.meaning)}")


def _both(text: Bilingual) -> str:
    return f"{text.vi} / {text.en}"


def _tell(report: Report, show: int, problems: Path | None) -> None:
    for line in _summary(report):
        click.echo(line)
    found = sorted(report.findings.kept, key=lambda problem: problem.line)
    for problem in found[:show]:
        click.echo(f"  {problem.line} · {problem.column} · {_both(problem.reason)}")
    if problems:
        problems.write_text("".join(tables.csv_lines(PROBLEMS, found)), encoding="utf-8")


def _summary(report: Report) -> list[str]:
    numbers = (
        ("Dòng / rows", f"{report.rows} ({report.encoding})"),
        ("  bỏ qua / skipped", report.skipped),
        ("  không nhận / refused", report.refused),
        ("Khóa học / courses", _counted(report.courses)),
        ("Lớp / runs", _counted(report.runs)),
        ("Buổi học mới / new sessions", report.sessions_new),
        ("  đổi giờ / moved", report.sessions_moved),
        ("  hủy / cancelled", report.sessions_cancelled),
        ("Bản nháp / drafts", report.drafts),
        ("Xuất bản / published", report.published),
        ("Cột không dùng / columns not used", ", ".join(report.ignored)),
        ("Không còn trong tệp, giữ nguyên / no longer in the file, left alone", _missing(report)),
        ("Ô sai / wrong cells", _by_code(report)),
        ("Đã ghi / applied", "có / yes" if report.applied else "chưa / no"),
    )
    return [f"{label}: {value}" for label, value in numbers if value or label[0] != " "]


def _missing(report: Report) -> str:
    count = f"{len(report.missing)} khóa học / courses, {report.runs_missing} lớp / runs"
    people = f"{report.missing_with_people} khóa có học viên / with learners"
    return f"{count}; {people}. {', '.join(report.missing[:10])}".strip(". ")


def _by_code(report: Report) -> str:
    return ", ".join(f"{code} {n}" for code, n in report.findings.by_code.most_common()) or "0"


def _counted(counts: Counts) -> str:
    return (
        f"mới / new {counts.new}, đổi / changed {counts.changed}, "
        f"như cũ / unchanged {counts.unchanged}"
    )
