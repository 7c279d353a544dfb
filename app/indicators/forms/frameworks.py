"""What staff fill in about lists of criteria."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Regexp

from app.core.fields import VersionField
from app.core.forms import BaseForm, ProseField, TextField, choices, optional, required
from app.core.i18n import Bilingual
from app.core.i18n import lazy as _
from app.feeds import source
from app.feeds.source import RawRow
from app.indicators.criteria import sheet as sheets
from app.indicators.criteria.columns import COLUMNS, Row
from app.indicators.criteria.sheet import Sheet
from app.indicators.desk_words import SOURCES
from app.indicators.models import Criterion, Framework
from app.indicators.models.frameworks import CriterionKind, SourceKind
from app.indicators.operations.frameworks import About


class _AboutForm(BaseForm):
    """What the list is called."""

    code = TextField(
        _("Code of the list"),
        [
            required(_("Write a short code, for example tphcm-25.")),
            Regexp(
                r"[a-z0-9][a-z0-9-]*\Z",
                message=_("Small letters, digits and dashes only, for example tphcm-25."),
            ),
        ],
        longest=20,
    )
    name_vi = TextField(_("Name in Vietnamese"), [required(_("Write the name of the list."))])
    name_en = TextField(_("Name in English"), [optional()])
    source = TextField(_("Document it is from"), [optional()])

    def about(self) -> About:
        name = Bilingual(self.name_vi.data or "", self.name_en.data or "")
        return About(code=self.code.data or "", name=name, source=self.source.data or "")

    def show(self, framework: Framework) -> None:
        self.code.data, self.source.data = framework.code, framework.source
        self.name_vi.data, self.name_en.data = framework.name_vi, framework.name_en


class ImportForm(_AboutForm):
    """A sheet from the office's own computer."""

    sheet = FileField(_("Sheet (CSV or XLSX)"))

    def uploaded(self) -> FileStorage | None:
        given = self.sheet.data
        return given if isinstance(given, FileStorage) and given.filename else None

    def read(self, measures: frozenset[str]) -> Sheet:
        """The sheet that was sent.

        Raises:
            FileRefused: it is no table of criteria.
        """
        given = self.uploaded()
        with tempfile.TemporaryDirectory(prefix="criteria-") as folder:
            path = Path(folder) / "sheet"
            if given is None:
                path.touch()
            else:
                given.save(path)
            with source.opened(path) as opened:
                return sheets.read(opened.rows, measures)


class ApplyForm(_AboutForm):
    """The sheet as it was shown, sent back to be taken; `version` is what it was compared with."""

    content = HiddenField()
    version = VersionField()

    def carry(self, about: About, rows: Sequence[Row], seen: int) -> None:
        self.code.data, self.source.data = about.code, about.source
        self.name_vi.data, self.name_en.data = about.name.vi, about.name.en
        cells = [[column.name for column in COLUMNS]]
        cells += [[str(column.value(row)) for column in COLUMNS] for row in rows]
        self.content.data = json.dumps(cells, ensure_ascii=False)
        self.version.data = str(seen)

    def read(self, measures: frozenset[str]) -> Sheet | None:
        """None for what was never written by `carry`."""
        try:
            cells = json.loads(self.content.data or "")
            rows = [
                RawRow(line, [str(cell) for cell in row]) for line, row in enumerate(cells, start=1)
            ]
        except (ValueError, TypeError, RecursionError):
            return None
        return sheets.read(rows, measures)


class CriterionForm(BaseForm):
    """One criterion; its code and kind stay."""

    text_vi = ProseField(
        _("Text in Vietnamese"), [required(_("Write the text."))], longest=sheets.LONGEST_TEXT
    )
    text_en = ProseField(_("Text in English"), [optional()], longest=sheets.LONGEST_TEXT)
    measurement_vi = ProseField(
        _("How it is measured, in Vietnamese"), [optional()], longest=sheets.LONGEST_TEXT
    )
    measurement_en = ProseField(
        _("How it is measured, in English"), [optional()], longest=sheets.LONGEST_TEXT
    )
    source_kind = SelectField(_("Where the figure comes from"))
    measure_code = SelectField(_("Measure of the platform"))
    unit_vi = TextField(_("Unit in Vietnamese"), [optional()], longest=sheets.LONGEST_UNIT)
    unit_en = TextField(_("Unit in English"), [optional()], longest=sheets.LONGEST_UNIT)
    asked_of_providers = BooleanField(_("Ask every provider for it in its return"))
    asked_of_communes = BooleanField(_("Ask every ward and commune for it in its return"))
    version = VersionField()

    def offer(self, measures: Mapping[str, object]) -> None:
        choices(self.source_kind, [(kind.value, str(SOURCES[kind])) for kind in SourceKind])
        named = [(code, f"{code} {name}") for code, name in measures.items() if code]
        choices(self.measure_code, [("", "–"), *named])

    def show(self, criterion: Criterion) -> None:
        self.process(obj=criterion)
        self.source_kind.data = criterion.source_kind.value

    def fit(self, criterion: Criterion) -> None:
        """An area or a feature has words alone."""
        if criterion.kind is not CriterionKind.INDICATOR:
            for name in ("source_kind", "measure_code", "unit_vi", "unit_en",
                         "asked_of_providers", "asked_of_communes"):  # fmt: skip
                del self[name]

    def row(self, criterion: Criterion) -> Row:
        given: dict[str, Any] = {
            field.name: field.data for field in self if field.name not in {"version", "source_kind"}
        }
        if "source_kind" in self:
            given["source_kind"] = SourceKind(self.source_kind.data)
        return Row(kind=criterion.kind, code=criterion.code, **given)
