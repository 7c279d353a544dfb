"""Boxes for figures and for documents, and how such figures are written."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from app.core.formats import number
from app.core.i18n import current_language, gettext

MOST = Decimal(10) ** 8
DIGITS = 4
_GROUPS = {
    "vi": re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII),
    "en": re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII),
}
_PLAIN = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)


class NumberField(StringField):
    """A number as people write it, 1.234,5 or 1,234.5; `value` is what was understood."""

    value: Decimal | None = None

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        look = {"autocomplete": "off", "inputmode": "decimal", "size": 14}
        super().__init__(label, list(validators), render_kw=look, **kwargs)

    def post_validate(self, _form: Any, validation_stopped: bool) -> None:  # noqa: FBT001 - WTForms
        text = (self.data or "").strip()
        if not text or validation_stopped:
            return
        self.value = read_number(text, current_language())
        if self.value is None:
            raise ValidationError(
                gettext("Write a number such as %(example)s.", example=number(1234.5))
            )


def read_number(text: str, language: str) -> Decimal | None:
    """A decimal number in the spelling of this language, or without signs between thousands."""
    bare = "".join(text.split()).removesuffix("%")
    if _GROUPS[language].fullmatch(bare):
        bare = bare.replace("." if language == "vi" else ",", "")
    if not _PLAIN.fullmatch(bare):
        return None
    found = Decimal(bare.replace(",", "."))
    fits = abs(found) < MOST and found == round(found, DIGITS)
    return found if fits else None


def typed(value: Decimal | None) -> str:
    """A number as it stands in a box."""
    if value is None:
        return ""
    plain = f"{value.normalize():f}"
    return plain.replace(".", ",") if current_language() == "vi" else plain


def written(value: Decimal | None) -> str:
    """A number as people read it, with all its digits."""
    if value is None:
        return "–"
    exponent = value.normalize().as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    return number(float(value), digits)
