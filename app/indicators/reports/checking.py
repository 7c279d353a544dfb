"""Making a frozen report again, and telling where it differs.

Facts are never overwritten: each row says from when to when it was what we knew. So everything that
was counted over facts is counted again as known at the cut-off, and has to give the same bytes;
people who were merged or erased, registers that came in late and corrections change nothing of it.
The digest of the facts shows a fact that was changed by hand even where no figure of the report
does.

What was no fact is taken as the report states it: definitions (their versions never change, and
they are compared with those kept here), parameters, names, returns, divisors of rates from tables
of the population, and figures counted over other records (resources, certificates, returns), which
cannot be asked for as of a day. `Checked.as_stated` names the measures this concerns; what guards
them is the SHA-256 of the content.

How figures are hidden and rounded belongs to the software. Another version of it may do better, so
the public part is made again by the version that froze it only; the exact figures by any.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.core import config
from app.indicators.measures import engine
from app.indicators.measures.results import Definition as Measured
from app.indicators.models import Report
from app.indicators.reports import canonical, content, making, stating, version
from app.indicators.reports.content import Cell, Frozen, Table
from app.participation import digest, store


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; no difference means that the same bytes were made again."""

    differences: tuple[str, ...]
    as_stated: tuple[str, ...] = ()
    other_software: str = ""
    """The version that froze it, where it is not this one: the public part is as stated then."""

    @property
    def is_same(self) -> bool:
        return not self.differences


def check(report: Report) -> Checked:
    """Make the report again as known at its cut-off and compare every byte."""
    if canonical.digest(report.content) != report.digest:
        return Checked(("the kept content is not the one that was frozen: its SHA-256 differs",))
    frozen = content.of(report.content)
    if frozen.text() != report.content:
        return Checked(("the kept content is not in canonical form",))
    found = [*_rows(report, frozen)]
    definitions, unlike = _definitions(frozen)
    found += unlike
    store.refresh(store.folder(config.current()))
    again, as_stated = _again(frozen, definitions)
    software = version.software(config.current())
    other = "" if frozen.stated.software == software else frozen.stated.software
    if other:
        again = replace(again, public=frozen.public)
    if again.facts != frozen.facts:
        found.append(f"facts: digest {again.facts}, frozen {frozen.facts}")
    found += _unlike("internal", frozen.internal, again.internal)
    found += _unlike("public", frozen.public, again.public)
    if not found and again.text() != report.content:
        found.append("the content made again has other bytes")
    return Checked(tuple(found), as_stated, other)


def _rows(report: Report, frozen: Frozen) -> Iterable[str]:
    """The columns beside the content say the same as it does."""
    stated = frozen.stated
    for name, kept, said in (
        ("period", report.period, stated.period.code),
        ("cut-off", report.cut_off, stated.cut_off),
        ("facts digest", report.facts_digest, frozen.facts),
        ("software", report.software, stated.software),
    ):
        if kept != said:
            yield f"{name}: the row says {kept}, the content {said}"


def _definitions(frozen: Frozen) -> tuple[list[Measured], list[str]]:
    """The kept definitions of the report's versions, and those that are not what they were."""
    kept, unlike = [], []
    for each in frozen.stated.definitions:
        found = engine.definition(each.code, each.version)
        kept.append(found)
        if stating.definition(found) != each:
            unlike.append(f"definition {each.label}: not what it was when the report was frozen")
    return kept, unlike


def _again(frozen: Frozen, definitions: Sequence[Measured]) -> tuple[Frozen, tuple[str, ...]]:
    stated = frozen.stated
    made = making.make(
        definitions, stated.period, stated.cut_off, stated.parameters, frozen.internal
    )
    own = {each.code: each for each in definitions}
    as_stated = tuple(code for code, each in own.items() if not making.is_recounted(each.formula))
    public, internal = (
        _keep_stated(before, now, as_stated)
        for before, now in ((frozen.public, made.public), (frozen.internal, made.internal))
    )
    facts = digest.digest(stated.period, as_known=stated.cut_off)
    return Frozen(stated, facts, public, internal), as_stated


def _keep_stated(
    frozen: Sequence[Table], made: Sequence[Table], as_stated: Sequence[str]
) -> tuple[Table, ...]:
    """The tables made again, those that are no facts as they were frozen."""
    before = {table.name: table for table in frozen}
    return tuple(
        before.get(table.name, table) if table.measure in as_stated else table for table in made
    )


def _unlike(part: str, frozen: Sequence[Table], made: Sequence[Table]) -> Iterable[str]:
    was, now = _cells(frozen), _cells(made)
    for name in [*was, *(each for each in now if each not in was)]:
        before, after = was.get(name), now.get(name)
        if before != after:
            yield f"{part} {name}: frozen {_said(before)}, made again {_said(after)}"
    for table, again in zip(frozen, made, strict=False):
        if replace(table, cells=()) != replace(again, cells=()):
            yield f"{part} {table.name}: other words beside the table"


def _cells(tables: Sequence[Table]) -> Mapping[str, Cell]:
    return {
        f"{table.name} [{' '.join(cell.key)}]": cell for table in tables for cell in table.cells
    }


def _said(cell: Cell | None) -> str:
    if cell is None:
        return "nothing"
    numbers = (f"{cell.value}", f"of {cell.people} people" if cell.people is not None else "")
    return " ".join(each for each in (str(cell.sign), *numbers) if each not in ("", "None"))
