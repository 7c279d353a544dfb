"""The classes of a term as a file: the same cells as the page, and what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.i18n import Bilingual
from app.core.rounding import to_places
from app.core.tables import Column, csv_lines
from app.indicators.workplace.classes import FIGURES, Counts, Term


@dataclass(frozen=True, slots=True)
class Row:
    """A class, or the total, whose run has no number."""

    term: Term
    run_id: int | None
    title: str
    first: str
    last: str
    counts: Counts


def rows(term: Term) -> Iterator[Row]:
    """Every class as on the page, then the total."""
    for each in term.classes:
        days = each.run.starts_on.isoformat(), each.run.ends_on.isoformat()
        yield Row(term, each.run.id, each.run.course.title_vi, *days, each.counts)
    days = term.period.first.isoformat(), term.period.last.isoformat()
    yield Row(term, None, "total", *days, term.total)


def csv(term: Term) -> str:
    """The whole file."""
    return "".join(csv_lines(COLUMNS, rows(term)))


def _figure(name: str) -> Column:
    figure = next(each for each in FIGURES if each.name == name)

    def value(row: Row) -> int | float | None:
        found = getattr(row.counts, name)
        return to_places(found, 4) if isinstance(found, float) else found

    return Column(name, figure.label, figure.meaning, value)


COLUMNS = (
    Column(
        "period",
        Bilingual("Kỳ", "Term"),
        Bilingual("Kỳ mà lớp kết thúc", "Term in which the class ends"),
        lambda row: row.term.period.code,
    ),
    Column(
        "run",
        Bilingual("Lớp", "Class"),
        Bilingual("Số của lớp; trống: tổng cộng", "Number of the class; empty: the total"),
        lambda row: row.run_id,
    ),
    Column(
        "course",
        Bilingual("Khóa học", "Course"),
        Bilingual("Tên tiếng Việt; total: tổng cộng", "Vietnamese title; total: all together"),
        lambda row: row.title,
    ),
    Column(
        "first_day",
        Bilingual("Ngày đầu", "First day"),
        Bilingual("Ngày đầu tiên của lớp", "First day of the class"),
        lambda row: row.first,
    ),
    Column(
        "last_day",
        Bilingual("Ngày cuối", "Last day"),
        Bilingual("Ngày cuối cùng của lớp", "Last day of the class"),
        lambda row: row.last,
    ),
    *(_figure(figure.name) for figure in FIGURES),
)
