"""The settings a report was made with, and how they are said."""

from collections.abc import Mapping

from app.core import config
from app.core.i18n import Bilingual
from app.indicators.measures.results import Attendance, CountedResidents, Rules
from app.indicators.queries.rules import current_rules
from app.participation.disclosure.rounding import SMALLEST_BASE

BELOW, ROUND_TO, BASE = "small_cell_below", "round_to", "percentage_base"
ONE_PROVIDER = "one_provider_most"
RESIDENTS, ATTENDANCE = "residents", "attendance"
_NAMES: Mapping[str, Bilingual] = {
    BELOW: Bilingual("Ẩn số liệu của dưới (người)", "Figures hidden below (people)"),
    ROUND_TO: Bilingual("Làm tròn đến bội số của", "Rounded to multiples of"),
    BASE: Bilingual("Ẩn tỷ lệ khi mẫu số dưới", "Percentages hidden below a base of"),
    ONE_PROVIDER: Bilingual(
        "Ẩn số giờ học khi một đơn vị chiếm trên (%)",
        "Hours hidden where one provider gave more than (%)",
    ),
    RESIDENTS: Bilingual("Ai được tính là cư dân", "Who counts as a resident"),
    ATTENDANCE: Bilingual("Một lượt là", "One attendance is"),
}
_VALUES: Mapping[str, Bilingual] = {
    "all": Bilingual("người thường trú và tạm trú", "permanent and temporary residents"),
    "permanent": Bilingual("người thường trú", "permanent residents"),
    "session": Bilingual("một buổi học", "one session"),
    "course": Bilingual("một lớp học", "one class"),
}


def current() -> dict[str, str]:
    """The settings of today."""
    rules = current_rules()
    return {
        BELOW: str(config.current().small_cell_below),
        ROUND_TO: str(config.current().round_to),
        BASE: str(SMALLEST_BASE),
        ONE_PROVIDER: str(config.current().one_provider_most),
        RESIDENTS: rules.residents.value,
        ATTENDANCE: rules.attendance.value,
    }


def most_of_one_provider(given: Mapping[str, str]) -> int:
    """Reports of before version 0.3 hid no hours for a provider's sake."""
    return int(given.get(ONE_PROVIDER, "100"))


def rules(parameters: Mapping[str, str]) -> Rules:
    """What the city had decided then."""
    return Rules(CountedResidents(parameters[RESIDENTS]), Attendance(parameters[ATTENDANCE]))


def in_words(parameters: Mapping[str, str]) -> list[tuple[Bilingual, Bilingual]]:
    """Name and value of each, in a fixed order; what has no words stands for itself."""
    order = [*(name for name in _NAMES if name in parameters), *sorted(set(parameters) - {*_NAMES})]
    return [(_word(_NAMES, name), _word(_VALUES, parameters[name])) for name in order]


def _word(words: Mapping[str, Bilingual], code: str) -> Bilingual:
    return words.get(code, Bilingual(code, code))
