"""One cell of a published table: its value, or plain words for what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TypeVar

from app.core.i18n import Bilingual
from app.places.models import UnitLevel

Record = Mapping[str, str]
V = TypeVar("V")
LEVELS = {2: UnitLevel.PROVINCE, 3: UnitLevel.DISTRICT, 5: UnitLevel.COMMUNE}
"""Official codes tell the level by their length."""
_LONGEST = 80
_NOT_A_CODE = Bilingual(
    "Mã đơn vị hành chính có 2, 3 hoặc 5 chữ số.", "The code of a unit has 2, 3 or 5 digits."
)
_NOT_A_NUMBER = Bilingual("Cần một số, ví dụ 10.75.", "A number is needed, for example 10.75.")
_NOT_WHOLE = Bilingual(
    "Cần một số nguyên viết liền, ví dụ 14000.", "A whole number is needed, for example 14000."
)
NO_KIND = Bilingual(
    "Tên phải bắt đầu bằng loại đơn vị, ví dụ Phường hoặc Xã.",
    "The name must begin with the kind of unit, for example Phường or Xã.",
)
NO_EXTENT = Bilingual(
    "Ghi chú không cho biết đơn vị cũ nhập toàn bộ hay một phần.",
    "The note does not tell whether the whole former unit or a part of it was merged.",
)
UNKNOWN_UNIT = Bilingual(
    "Chưa có đơn vị này. Hãy nhập bảng đơn vị trước.",
    "This unit is not known yet. Import its table first.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line that was left out, and why; no column where it is about the whole line."""

    line: int
    reason: Bilingual
    column: str = ""
    value: str = ""


class WrongCell(Exception):
    """A cell cannot be read."""

    def __init__(self, reason: Bilingual, column: str, value: str) -> None:
        super().__init__(reason.en)
        self.reason, self.column, self.value = reason, column, value

    def on(self, line: int) -> Problem:
        return Problem(line, self.reason, self.column, self.value[:_LONGEST])


def code(record: Record, column: str) -> str:
    """An official code.

    Raises:
        WrongCell: it is none; so do the other functions.
    """
    found = record[column].strip()
    if not found.isascii() or not found.isdigit() or len(found) not in LEVELS:
        raise WrongCell(_NOT_A_CODE, column, record[column])
    return found


def decimal(record: Record, column: str) -> float | None:
    """A number; None where there is no column or nothing in it."""
    text = record.get(column)
    try:
        found = float(text) if text else None
    except ValueError as error:
        raise WrongCell(_NOT_A_NUMBER, column, text or "") from error
    if found is not None and not isfinite(found):
        raise WrongCell(_NOT_A_NUMBER, column, text or "")
    return found


def whole(record: Record, column: str, least: int = 0, most: int | None = None) -> int:
    """A whole number within these bounds."""
    text = record[column]
    try:
        found = int(text)
    except ValueError as error:
        raise WrongCell(_NOT_WHOLE, column, text) from error
    if found < least or (most is not None and found > most):
        raise WrongCell(_out_of(least, most), column, text)
    return found


def one_of(record: Record, column: str, known: Mapping[str, V]) -> V:
    """What the word in the cell stands for."""
    text = record[column].strip()
    if text not in known:
        raise WrongCell(not_listed(known), column, text)
    return known[text]


def not_listed(words: Iterable[str]) -> Bilingual:
    """That only these words can be read."""
    listed = ", ".join(each for each in words if each)
    return Bilingual(f"Chỉ nhận: {listed}.", f"Only these can be read: {listed}.")


def _out_of(least: int, most: int | None) -> Bilingual:
    if most is None:
        return Bilingual(f"Số phải từ {least} trở lên.", f"The number must be {least} or more.")
    return Bilingual(
        f"Số phải từ {least} đến {most}.", f"The number must be from {least} to {most}."
    )
