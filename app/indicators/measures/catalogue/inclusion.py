"""Whether priority groups learn as others do."""

from collections.abc import Iterator
from dataclasses import replace

from app.accounts.models import PriorityGroup
from app.core.i18n import Bilingual
from app.indicators.measures.catalogue.start import ALL, ORGANISED, Start, feature
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents
from app.places.models import Sex, UnitKind

_EVERY_GROUP = frozenset(each.value for each in PriorityGroup)
_MINORITY = frozenset({PriorityGroup.ETHNIC_MINORITY.value})


def groups() -> Iterator[Start]:
    of_group = Filter(groups=_EVERY_GROUP, groups_known=True)
    yield Start(
        "4.4a",
        Bilingual("Tỷ lệ người thuộc nhóm ưu tiên", "Share of priority groups among learners"),
        Bilingual(
            "Số người học thuộc nhóm ưu tiên chia cho số người học đã trả lời câu hỏi về nhóm. "
            "Người chưa trả lời không có trong tỷ lệ.",
            "Learners who belong to a priority group, divided by the learners who answered the "
            "question about groups. Whoever has not answered is outside the share.",
        ),
        feature("4.4"),
        Formula(
            Count(What.PERSONS, of_group), Form.PERCENT, DividedBy.COUNT,
            Count(What.PERSONS, Filter(groups_known=True)),
            by=ALL, undivided=(Dimension.GROUP,),
        ),
    )  # fmt: skip
    yield Start(
        "4.4b",
        Bilingual("Tỷ lệ tiếp cận nhóm ưu tiên", "Reach of priority groups"),
        Bilingual(
            "Số người cư trú thuộc một nhóm ưu tiên đã đi học chia cho số người của nhóm đó ở "
            "thành phố. Cần bảng dân số của từng nhóm.",
            "Residents of a priority group who learned, divided by all residents of that group. "
            "A table of the population of each group is needed.",
        ),
        feature("4.4"),
        Formula(
            Count(What.PERSONS, replace(of_group, residents=Residents.CITY)), Form.PERCENT,
            DividedBy.POPULATION, periods=Periods.TWELVE_MONTHS,
            by=(Dimension.WARD, Dimension.GROUP),
        ),
    )  # fmt: skip
    yield from _parities()


def _parities() -> Iterator[Start]:
    grown = Filter(ages=(15, None), residents=Residents.CITY, cla=ORGANISED)
    pairs = (
        (
            "4.4c-sex", Bilingual("nữ và nam", "women and men"),
            Bilingual("nữ", "women"), Bilingual("nam", "men"),
            Count(What.PERSONS, replace(grown, sexes=frozenset({Sex.FEMALE.value}))),
            Count(What.PERSONS, replace(grown, sexes=frozenset({Sex.MALE.value}))),
        ),
        (
            "4.4c-area", Bilingual("xã và phường", "communes and wards"),
            Bilingual("người ở xã", "residents of communes (xã)"),
            Bilingual("người ở phường", "residents of wards (phường)"),
            Count(What.PERSONS, grown, frozenset({UnitKind.COMMUNE.value})),
            Count(What.PERSONS, grown, frozenset({UnitKind.WARD.value})),
        ),
        (
            "4.4c-ethnic",
            Bilingual("người dân tộc thiểu số và người Kinh", "ethnic minorities and Kinh"),
            Bilingual("người dân tộc thiểu số", "people of ethnic minorities"),
            Bilingual("người Kinh", "Kinh people"),
            Count(What.PERSONS, replace(grown, groups=_MINORITY, groups_known=True)),
            Count(What.PERSONS, grown, none_of=_MINORITY),
        ),
    )  # fmt: skip
    for code, pair, one, other, counted, compared in pairs:
        yield Start(
            code,
            Bilingual(f"Tỷ số cân bằng giữa {pair.vi}", f"Parity of {pair.en}"),
            Bilingual(
                f"Tỷ lệ tham gia học tập của {one.vi} từ 15 tuổi chia cho tỷ lệ của {other.vi}. "
                "Bằng 1 là ngang nhau; nhỏ hơn 1 là bên thứ nhất ít được đi học hơn.",
                f"The participation rate of {one.en} aged 15 and over divided by that of "
                f"{other.en}. 1 is parity; below 1 the first are reached less.",
            ),
            feature("4.4"),
            Formula(
                counted, Form.RATIO, DividedBy.POPULATION, compared=compared,
                periods=Periods.TWELVE_MONTHS, by=(Dimension.AGE_BAND,),
            ),
        )  # fmt: skip
