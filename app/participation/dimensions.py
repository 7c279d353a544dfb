"""By what figures can be broken down, and the values that every breakdown shares."""

from collections.abc import Iterable
from enum import StrEnum

from app.core.i18n import Bilingual
from app.participation.errors import TooManyDimensions, UnknownDimension

MOST = 2
NOT_STATED = "not_stated"
OUTSIDE = "outside"
NO_GROUP = "none"
"""Of people who said that they belong to no group."""
NO_VENUE = "no_venue"
"""Of sessions held nowhere, such as those online."""
NO_CAMPAIGN = "no_campaign"
TOTAL = "total"
AGE_BANDS = ((0, 14), (15, 24), (25, 34), (35, 44), (45, 54), (55, 59), (60, 64), (65, None))
"""Years of age, both ends included; every band begins where the one before ends."""


class Dimension(StrEnum):
    WARD = "ward"
    SEX = "sex"
    AGE_BAND = "age_band"
    GROUP = "group"
    PROVIDER = "provider"
    PROVIDER_TYPE = "provider_type"
    TOPIC = "topic"
    FIELD = "field"
    MODE = "mode"
    CLA = "cla"
    VENUE_WARD = "venue_ward"
    FEE = "fee"
    CAMPAIGN = "campaign"
    MONTH = "month"

    @property
    def name_of(self) -> Bilingual:
        return _NAMES[self]

    @property
    def is_of_person(self) -> bool:
        """Whether it is the person who has a value of it, for the whole period."""
        return self in _OF_PERSON

    @property
    def overlaps(self) -> bool:
        """Whether one person can have several values of it, so that cells add up to too much."""
        return self is Dimension.GROUP


_OF_PERSON = frozenset({Dimension.WARD, Dimension.SEX, Dimension.AGE_BAND, Dimension.GROUP})
_NAMES = {
    Dimension.WARD: Bilingual("Phường, xã, đặc khu nơi ở", "Ward or commune of residence"),
    Dimension.SEX: Bilingual("Giới tính", "Sex"),
    Dimension.AGE_BAND: Bilingual("Nhóm tuổi", "Age band"),
    Dimension.GROUP: Bilingual("Nhóm ưu tiên", "Priority group"),
    Dimension.PROVIDER: Bilingual("Đơn vị tổ chức", "Provider"),
    Dimension.PROVIDER_TYPE: Bilingual("Loại hình đơn vị", "Provider type"),
    Dimension.TOPIC: Bilingual("Chủ đề", "Subject"),
    Dimension.FIELD: Bilingual("Lĩnh vực (ISCED-F 2013)", "Field (ISCED-F 2013)"),
    Dimension.MODE: Bilingual("Hình thức học", "Mode"),
    Dimension.CLA: Bilingual("Loại hoạt động học (CLA 2016)", "Kind of learning (CLA 2016)"),
    Dimension.VENUE_WARD: Bilingual(
        "Phường, xã, đặc khu nơi học", "Ward or commune where it was held"
    ),
    Dimension.FEE: Bilingual("Học phí", "Fee"),
    Dimension.CAMPAIGN: Bilingual("Đợt vận động", "Campaign"),
    Dimension.MONTH: Bilingual("Tháng của buổi học", "Month of the session"),
}


def read(names: Iterable[str]) -> tuple[Dimension, ...]:
    """The breakdowns of these names, each once; names may be joined by commas.

    Raises:
        TooManyDimensions, UnknownDimension: nothing can be counted like that.
    """
    asked = dict.fromkeys(
        part.strip() for name in names for part in name.split(",") if part.strip()
    )
    try:
        found = tuple(Dimension(name) for name in asked)
    except ValueError as error:
        raise UnknownDimension from error
    if len(found) > MOST:
        raise TooManyDimensions
    return found


def band_code(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}-{high}"
