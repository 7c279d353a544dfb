"""What a board says about its figures, in both languages."""

from collections.abc import Iterable

from app.core.i18n import Bilingual
from app.indicators.boards.board import Figure
from app.indicators.measures.formula import Form, What
from app.indicators.measures.results import Definition, Result
from app.indicators.models import Status
from app.participation import definitions as words

COUNTS = (Form.NUMBER, Form.HOURS)
_UNITS = {
    What.PERSONS: words.PERSONS.unit,
    What.ENROLMENTS: words.ENROLMENTS.unit,
    What.ATTENDANCES: words.ATTENDANCES.unit,
    What.NAMED: words.ATTENDANCES.unit,
    What.HOURS: words.HOURS.unit,
}
_NO_UNIT = Bilingual("", "")
_ROUNDED = Bilingual(
    "Số liệu công bố được làm tròn nên cộng lại có thể lệch. "
    "Số nhỏ được ẩn để không ai bị nhận ra.",
    "Published figures are rounded, so parts may not add up. Small figures are hidden so that "
    "nobody can be recognised.",
)
_MAP_OF_TODAY = Bilingual(
    "Người ở đơn vị cũ đã nhập trọn vào đơn vị mới được đếm lại theo đơn vị mới. Đơn vị cũ đã "
    "chia cho nhiều nơi có dòng riêng, vì không biết ai nay ở đâu.",
    "People of a former unit that went whole into a new one are counted again under the new one. "
    "A former unit that was split has a line of its own: nobody knows who is where now.",
)
OWN_MAP = Bilingual("Theo đơn vị như đã ghi", "By the units as recorded")
OLD_MAP = Bilingual("Theo đơn vị trước khi sáp nhập", "By the units before the merger")
FORMER = Bilingual("Theo tỉnh, thành phố cũ", "By former province")
CANNOT_BE_PARTED = Bilingual(
    "Đơn vị mới gồm nhiều đơn vị cũ không tách ra được nên giữ dòng riêng. Tổng của mọi bản đồ "
    "bằng nhau.",
    "A new unit made of several former ones cannot be taken apart, so it keeps a line of its own. "
    "All maps have the same total.",
)


def figure(definition: Definition, result: Result | None) -> Figure:
    """The column of this definition."""
    formula = definition.formula
    unit = _UNITS.get(formula.counted.what, _NO_UNIT) if formula.form in COUNTS else _NO_UNIT
    return Figure(
        code=definition.code,
        version=definition.version,
        name=definition.name,
        unit=unit,
        meaning=definition.meaning,
        source=_both(definition.source, result.denominator_source if result else None),
        form=formula.form.value,
        is_verified=definition.status is Status.VERIFIED,
        missing=result.missing if result else None,
    )


def _both(one: Bilingual, other: Bilingual | None) -> Bilingual:
    if other is None:
        return one
    return Bilingual(f"{one.vi} {other.vi}".strip(), f"{one.en} {other.en}".strip())


def notes(results: Iterable[Result], *, is_public: bool, has_map: bool) -> tuple[Bilingual, ...]:
    """What holds for all figures of a board, each said once."""
    rules = [note for result in results for note in result.notes]
    told = [words.REFERENCE, *rules, words.NOT_STATED]
    told += [_MAP_OF_TODAY] if has_map else []
    told += [_ROUNDED] if is_public else []
    return tuple(dict.fromkeys(told))


def split(name: Bilingual) -> Bilingual:
    """A former unit whose people cannot be told apart on this map."""
    return Bilingual(
        f"{name.vi} (cũ, đã chia nên không tách được)",
        f"{name.text('en')} (former unit, was split and cannot be told apart)",
    )
