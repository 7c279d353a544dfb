"""What the page of one entry sends."""

from typing import Any

from wtforms import BooleanField, RadioField

from app.core.forms import BaseForm, ProseField, TextField, choice, optional, required
from app.core.i18n import lazy as _
from app.search.models import Synonym
from app.search.synonyms.operations import LONGEST, Fields

_BOTH, _ONE = "both", "one"


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (line.strip() for line in (text or "").splitlines())))


class SynonymForm(BaseForm):
    """Words that mean the same, one on each line."""

    term = TextField(
        _("What people type"), [required(_("Write what people type."))], longest=LONGEST
    )
    words_vi = ProseField(
        _("Vietnamese words that mean the same"), [optional()], longest=2500,
        render_kw={"rows": 4},
    )  # fmt: skip
    words_en = ProseField(
        _("English words that mean the same"), [optional()], longest=2500, render_kw={"rows": 3}
    )
    way = RadioField(
        _("Which finds which"),
        [required(_("Choose which words find which."))],
        choices=[
            choice(_BOTH, _("Each of these words finds all the others")),
            choice(_ONE, _("Only what people type finds the others: an abbreviation")),
        ],
        default=_BOTH,
    )
    is_active = BooleanField(_("In use"))

    def show(self, row: Synonym) -> None:
        self.process(data=_shown(row))

    def fields(self) -> Fields:
        return Fields(
            self.term.data or "", _lines(self.words_vi.data), _lines(self.words_en.data),
            self.way.data == _BOTH, bool(self.is_active.data),
        )  # fmt: skip


def _shown(row: Synonym) -> dict[str, Any]:
    return {
        "term": row.term, "words_vi": "\n".join(row.words_vi), "words_en": "\n".join(row.words_en),
        "way": _BOTH if row.two_way else _ONE, "is_active": row.is_active,
    }  # fmt: skip
