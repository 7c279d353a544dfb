"""Who learned: persons, enrolments, attendances, hours, and the rates of residents."""

from collections.abc import Iterator

from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import (
    LOWER_BOUND,
    OF_RESIDENTS,
    ORGANISED,
    OWN,
    Start,
    feature,
    of_facts,
    together,
)
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.participation import definitions as words
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents


def counts() -> Iterator[Start]:
    plain = (
        (words.PERSONS, What.PERSONS),
        (words.ENROLMENTS, What.ENROLMENTS),
        (words.ATTENDANCES, What.ATTENDANCES),
        (words.HOURS, What.HOURS),
    )
    for text, what in plain:
        yield Start(text.code, text.label, text.meaning, OWN, of_facts(what))


def rates() -> Iterator[Start]:
    every = feature("4.2")
    adults = feature("9.2")
    yield _rate("R1", Bilingual("từ 15 tuổi", "aged 15 and over"), every, _reached(15))
    yield _rate("R2", Bilingual("từ 25 đến 64 tuổi", "aged 25 to 64"), adults, _reached(25, 64))
    by = (Dimension.WARD, Dimension.SEX)
    yield _rate(
        "R3-15-24", Bilingual("từ 15 đến 24 tuổi", "aged 15 to 24"), every, _reached(15, 24, by)
    )
    yield _rate("R3-60", Bilingual("từ 60 tuổi", "aged 60 and over"), every, _reached(60, by=by))
    yield _rate("R3-65", Bilingual("từ 65 tuổi", "aged 65 and over"), every, _reached(65, by=by))


def _rate(code: str, ages: Bilingual, source: Bilingual, formula: Formula) -> Start:
    name = Bilingual(
        f"Tỷ lệ người {ages.vi} đã tham gia học tập (trên hệ thống)",
        f"Registered participation rate (platform), {ages.en}",
    )
    meaning = Bilingual(
        f"Số người cư trú {ages.vi} có mặt ít nhất một buổi học chính quy hoặc không chính quy "
        f"trong 12 tháng, chia cho số người cư trú {ages.vi}. Học tập phi chính thức như tham quan "
        "không tính vào tỷ lệ.",
        f"Residents {ages.en} present at one session or more of formal or non-formal learning in "
        f"twelve months, divided by all residents {ages.en}. Informal learning, such as guided "
        "visits, is outside the rate.",
    )
    return Start(code, name, together(meaning, LOWER_BOUND), source, formula)


def _reached(
    low: int, high: int | None = None, by: tuple[Dimension, ...] = OF_RESIDENTS
) -> Formula:
    """Residents of an age in formal or non-formal learning, of all residents of that age."""
    where = Filter(ages=(low, high), residents=Residents.CITY, cla=ORGANISED)
    return Formula(
        Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION,
        periods=Periods.TWELVE_MONTHS, by=by,
    )  # fmt: skip
