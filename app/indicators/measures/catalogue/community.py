"""Learning in the community: places where it goes on, and people who come regularly."""

from collections.abc import Iterator

from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import (
    LOWER_BOUND,
    OF_RESIDENTS,
    Start,
    feature,
    together,
)
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents

_COMMUNITY = frozenset(
    {"community-learning-centre", "library", "cultural-house", "childrens-house",
     "workers-culture-house", "association"}
)  # fmt: skip
_TWO_HOURS = 120


def community() -> Iterator[Start]:
    yield Start(
        "5.1",
        Bilingual(
            "Địa điểm học tập có hoạt động trên 100.000 dân",
            "Functioning learning spaces per 100,000 residents",
        ),
        Bilingual(
            "Số địa điểm có ít nhất một buổi học có người dự trong năm, tính trên 100.000 dân.",
            "Places with at least one session that somebody attended in the year, per 100,000 "
            "residents.",
        ),
        feature("5.1"),
        Formula(
            Count(What.SPACES),
            Form.PER_100000,
            DividedBy.POPULATION,
            periods=Periods.YEAR,
            by=(Dimension.VENUE_WARD,),
        ),
    )
    where = Filter(
        ages=(15, None), residents=Residents.CITY, provider_types=_COMMUNITY,
        min_weekly_minutes=_TWO_HOURS,
    )  # fmt: skip
    meaning = Bilingual(
        "Số người cư trú từ 15 tuổi học ở cộng đồng (trung tâm học tập cộng đồng, thư viện, nhà "
        "văn hóa, hội) trung bình từ 2 giờ mỗi tuần trong năm, chia cho số người cư trú từ 15 "
        "tuổi.",
        "Residents aged 15 and over who learned in the community (community learning centres, "
        "libraries, cultural houses, associations) for 2 hours a week or more on average over the "
        "year, divided by all residents aged 15 and over.",
    )
    yield Start(
        "5.2",
        Bilingual("Tỷ lệ người học thường xuyên ở cộng đồng", "Regular community learners"),
        together(meaning, LOWER_BOUND),
        feature("5.2"),
        Formula(
            Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION,
            periods=Periods.YEAR, by=OF_RESIDENTS,
        ),
    )  # fmt: skip
