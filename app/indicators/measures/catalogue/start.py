"""A definition as it is delivered, and the words and filters that several of them share."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.i18n import Bilingual
from app.indicators.measures.formula import Count, Form, Formula, What
from app.participation.dimensions import Dimension


@dataclass(frozen=True, slots=True)
class Start:
    """A definition of the set an installation starts with."""

    code: str
    name: Bilingual
    meaning: Bilingual
    source: Bilingual
    formula: Formula


OWN = Bilingual(
    "Định nghĩa của hệ thống; chưa cơ quan nào xác nhận.",
    "The platform's own definition; no office has confirmed it.",
)
LOWER_BOUND = Bilingual(
    " Đây là mức tối thiểu: chỉ gồm việc học ghi trên hệ thống, không phải chỉ tiêu SDG 4.3.1.",
    " This is a lower bound: it has only learning recorded on this platform, and is not SDG "
    "indicator 4.3.1.",
)
ALL = tuple(Dimension)
OF_SESSIONS = tuple(each for each in Dimension if not each.is_of_person)
OF_RESIDENTS = (Dimension.WARD, Dimension.SEX, Dimension.AGE_BAND)
ORGANISED = ("1", "2")
"""Formal and non-formal learning in the classification of learning activities, CLA 2016."""


def feature(number: str) -> Bilingual:
    """The source of a definition that follows this feature of UNESCO's learning cities."""
    return Bilingual(
        f"Theo đặc điểm {number} của thành phố học tập UNESCO, viết lại; chưa xác nhận.",
        f"After feature {number} of UNESCO learning cities, in our words; unconfirmed.",
    )


def together(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(first.vi + second.vi, first.en + second.en)


def of_facts(what: What, by: Iterable[Dimension] = ALL) -> Formula:
    """A plain count."""
    form = Form.HOURS if what is What.HOURS else Form.NUMBER
    return Formula(Count(what), form, by=tuple(by))
