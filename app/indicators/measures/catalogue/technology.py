"""Learning with technology: online classes and learning resources."""

from collections.abc import Iterator

from app.catalogue.models import Mode
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import ALL, Start, feature
from app.indicators.measures.formula import OF_RESOURCES, Count, DividedBy, Form, Formula, What
from app.participation.dimensions import Dimension
from app.participation.queries import Filter

_REMOTE = frozenset({Mode.ONLINE.value, Mode.BLENDED.value})
_TWO_YEARS = 24
_BY_RESOURCE = tuple(each for each in Dimension if each in OF_RESOURCES)


def technology() -> Iterator[Start]:
    yield Start(
        "7.2",
        Bilingual("Tỷ lệ người học trực tuyến", "Share of online learning"),
        Bilingual(
            "Số người dự ít nhất một buổi học trực tuyến hoặc vừa tại lớp vừa trực tuyến, chia cho "
            "số người học. Một người có thể học nhiều hình thức nên không cộng các hình thức.",
            "Persons present at one session or more that was online, or in person and online, "
            "divided by all persons. One person may use several modes, so modes cannot be added.",
        ),
        feature("7.2"),
        Formula(
            Count(What.PERSONS, Filter(modes=_REMOTE)), Form.PERCENT, DividedBy.COUNT,
            Count(What.PERSONS), by=ALL, undivided=(Dimension.MODE,),
        ),
    )  # fmt: skip
    yield Start(
        "7.3",
        Bilingual("Học liệu đã kiểm tra", "Reviewed learning resources"),
        Bilingual(
            "Số học liệu đang công bố và đã được kiểm tra trong 24 tháng đến cuối kỳ. Một học liệu "
            "có hai ngôn ngữ tính là một.",
            "Published resources that were reviewed in the 24 months before the end of the period. "
            "One resource in two languages counts once.",
        ),
        feature("7.3"),
        Formula(Count(What.RESOURCES), by=_BY_RESOURCE, reviewed_within=_TWO_YEARS),
    )
