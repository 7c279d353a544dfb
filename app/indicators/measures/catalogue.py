"""The figures an installation starts with, in our own words; a city edits them from there on.

Nothing here is an office's text: every definition begins "unverified", and its source says what it
follows. Codes with a full stop are the places of the learning-city features they serve.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.accounts.models import Employment, PriorityGroup
from app.catalogue.models import Mode
from app.core.i18n import Bilingual
from app.indicators.measures.formula import (
    OF_COURSES,
    OF_RESOURCES,
    Count,
    DividedBy,
    Form,
    Formula,
    Periods,
    What,
)
from app.participation import definitions as words
from app.participation.dimensions import Dimension
from app.participation.queries import Filter, Residents
from app.places.models import Sex, UnitKind


@dataclass(frozen=True, slots=True)
class Start:
    """A definition as it is delivered."""

    code: str
    name: Bilingual
    meaning: Bilingual
    source: Bilingual
    formula: Formula


_OWN = Bilingual(
    "Định nghĩa của hệ thống; chưa cơ quan nào xác nhận.",
    "The platform's own definition; no office has confirmed it.",
)


def _feature(number: str, rest: Bilingual = Bilingual("", "")) -> Bilingual:  # noqa: B008 - frozen
    return Bilingual(
        f"Theo đặc điểm {number} của thành phố học tập UNESCO, viết lại; chưa xác nhận.{rest.vi}",
        f"After feature {number} of UNESCO learning cities, in our words; unconfirmed.{rest.en}",
    )


_ALL = tuple(Dimension)
_RESIDENTS = (Dimension.WARD, Dimension.SEX, Dimension.AGE_BAND)
_BY_COURSE = tuple(each for each in Dimension if each in OF_COURSES)
_BY_RESOURCE = tuple(each for each in Dimension if each in OF_RESOURCES)
_ORGANISED = ("1", "2")  # formal and non-formal: CLA 2016
_EVERY_GROUP = frozenset(each.value for each in PriorityGroup)
_MINORITY = frozenset({PriorityGroup.ETHNIC_MINORITY.value})
_AT_WORK = frozenset({Employment.EMPLOYED.value, Employment.SELF_EMPLOYED.value})
_REMOTE = frozenset({Mode.ONLINE.value, Mode.BLENDED.value})
_COMMUNITY = frozenset(
    {"community-learning-centre", "library", "cultural-house", "childrens-house",
     "workers-culture-house", "association"}
)  # fmt: skip
_TWO_HOURS = 120
_TWO_YEARS = 24
_LOWER_BOUND = Bilingual(
    " Đây là mức tối thiểu: chỉ gồm việc học ghi trên hệ thống, không phải chỉ tiêu SDG 4.3.1.",
    " This is a lower bound: it has only learning recorded on this platform, and is not SDG "
    "indicator 4.3.1.",
)


def _and(first: Bilingual, second: Bilingual) -> Bilingual:
    return Bilingual(first.vi + second.vi, first.en + second.en)


def _of_facts(what: What, by: Iterable[Dimension] = _ALL) -> Formula:
    form = Form.HOURS if what is What.HOURS else Form.NUMBER
    return Formula(Count(what), form, by=tuple(by))


def _plain() -> Iterator[Start]:
    counts = (
        (words.PERSONS, What.PERSONS),
        (words.ENROLMENTS, What.ENROLMENTS),
        (words.ATTENDANCES, What.ATTENDANCES),
        (words.HOURS, What.HOURS),
    )
    for text, what in counts:
        yield Start(text.code, text.label, text.meaning, _OWN, _of_facts(what))


def _reached(low: int, high: int | None = None, by: tuple[Dimension, ...] = _RESIDENTS) -> Formula:
    """Residents of an age in formal or non-formal learning, of all residents of that age."""
    where = Filter(ages=(low, high), residents=Residents.CITY, cla=_ORGANISED)
    return Formula(
        Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION,
        periods=Periods.TWELVE_MONTHS, by=by,
    )  # fmt: skip


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
    return Start(code, name, _and(meaning, _LOWER_BOUND), source, formula)


def _rates() -> Iterator[Start]:
    every = _feature("4.2")
    adults = _feature("9.2")
    yield _rate("R1", Bilingual("từ 15 tuổi", "aged 15 and over"), every, _reached(15))
    yield _rate("R2", Bilingual("từ 25 đến 64 tuổi", "aged 25 to 64"), adults, _reached(25, 64))
    by = (Dimension.WARD, Dimension.SEX)
    yield _rate(
        "R3-15-24", Bilingual("từ 15 đến 24 tuổi", "aged 15 to 24"), every, _reached(15, 24, by)
    )
    yield _rate("R3-60", Bilingual("từ 60 tuổi", "aged 60 and over"), every, _reached(60, by=by))
    yield _rate("R3-65", Bilingual("từ 65 tuổi", "aged 65 and over"), every, _reached(65, by=by))


def _groups() -> Iterator[Start]:
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
        _feature("4.4"),
        Formula(
            Count(What.PERSONS, of_group), Form.PERCENT, DividedBy.COUNT,
            Count(What.PERSONS, Filter(groups_known=True)),
            by=_ALL, undivided=(Dimension.GROUP,),
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
        _feature("4.4"),
        Formula(
            Count(What.PERSONS, replace(of_group, residents=Residents.CITY)), Form.PERCENT,
            DividedBy.POPULATION, periods=Periods.TWELVE_MONTHS,
            by=(Dimension.WARD, Dimension.GROUP),
        ),
    )  # fmt: skip
    yield from _parities()


def _parities() -> Iterator[Start]:
    grown = Filter(ages=(15, None), residents=Residents.CITY, cla=_ORGANISED)
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
            _feature("4.4"),
            Formula(
                counted, Form.RATIO, DividedBy.POPULATION, compared=compared,
                periods=Periods.TWELVE_MONTHS, by=(Dimension.AGE_BAND,),
            ),
        )  # fmt: skip


def _community() -> Iterator[Start]:
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
        _feature("5.1"),
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
        _and(meaning, _LOWER_BOUND),
        _feature("5.2"),
        Formula(
            Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION,
            periods=Periods.YEAR, by=_RESIDENTS,
        ),
    )  # fmt: skip


def _work() -> Iterator[Start]:
    pairs = (
        (
            "6.1", _AT_WORK, Employment.EMPLOYED,
            Bilingual("Người có việc làm học nghề nghiệp", "Workers in job-related learning"),
            Bilingual("đang có việc làm", "who work"),
            Bilingual("số người có việc làm", "the employed population"),
        ),
        (
            "6.4", frozenset({Employment.UNEMPLOYED.value}), Employment.UNEMPLOYED,
            Bilingual("Người thất nghiệp được đào tạo", "Unemployed people in training"),
            Bilingual("thất nghiệp", "who are unemployed"),
            Bilingual("số người thất nghiệp có đăng ký", "the registered unemployed"),
        ),
    )  # fmt: skip
    for code, employment, whom, name, who, whole in pairs:
        where = Filter(residents=Residents.CITY, job_related=True, employment=employment)
        yield Start(
            code,
            name,
            Bilingual(
                f"Số người cư trú cho biết {who.vi} và dự ít nhất một buổi học phục vụ công việc "
                f"trong 12 tháng, chia cho {whole.vi}. Cần bảng số liệu của thành phố.",
                f"Residents {who.en}, by their own word, present at one session or more of "
                f"job-related learning in twelve months, divided by {whole.en}. The city has to "
                "bring that table.",
            ),
            _feature(code),
            Formula(
                Count(What.PERSONS, where), Form.PERCENT, DividedBy.POPULATION, whom=whom.value,
                periods=Periods.TWELVE_MONTHS, by=(Dimension.WARD, Dimension.SEX),
            ),
        )  # fmt: skip


def _technology() -> Iterator[Start]:
    yield Start(
        "7.2",
        Bilingual("Tỷ lệ người học trực tuyến", "Share of online learning"),
        Bilingual(
            "Số người dự ít nhất một buổi học trực tuyến hoặc vừa tại lớp vừa trực tuyến, chia cho "
            "số người học. Một người có thể học nhiều hình thức nên không cộng các hình thức.",
            "Persons present at one session or more that was online, or in person and online, "
            "divided by all persons. One person may use several modes, so modes cannot be added.",
        ),
        _feature("7.2"),
        Formula(
            Count(What.PERSONS, Filter(modes=_REMOTE)), Form.PERCENT, DividedBy.COUNT,
            Count(What.PERSONS), by=_ALL, undivided=(Dimension.MODE,),
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
        _feature("7.3"),
        Formula(Count(What.RESOURCES), by=_BY_RESOURCE, reviewed_within=_TWO_YEARS),
    )


def _quality() -> Iterator[Start]:
    yield Start(
        "8.4",
        Bilingual("Người học hài lòng", "Learner satisfaction"),
        Bilingual(
            "Phần phiếu lấy ý kiến có câu trả lời hài lòng. Hệ thống chưa có phiếu lấy ý kiến nên "
            "chưa có số liệu.",
            "The part of the answers to a feedback form that are good ones. The platform has no "
            "such form yet, so there is no data.",
        ),
        _feature("8.4"),
        Formula(Count(What.GOOD_ANSWERS), Form.PERCENT, DividedBy.COUNT, Count(What.ANSWERS)),
    )
    yield Start(
        "9.1",
        Bilingual("Buổi học, sự kiện học tập", "Learning sessions and events"),
        Bilingual(
            "Số buổi có người dự trong kỳ, ví dụ trong Tuần lễ hưởng ứng học tập suốt đời. Chọn kỳ "
            "là những ngày của tuần lễ.",
            "Sessions that somebody attended in the period, for example the Lifelong Learning "
            "Week: choose the days of the week as the period.",
        ),
        _feature("9.1"),
        _of_facts(What.EVENTS, [each for each in _ALL if not each.is_of_person]),
    )
    yield Start(
        "9.1b",
        Bilingual("Lượt người dự sự kiện học tập", "Attendances at learning events"),
        Bilingual(
            "Số lượt người ở các buổi nói trên, kể cả người không ghi tên.",
            "Attendances at these sessions, those without a name included.",
        ),
        _feature("9.1"),
        _of_facts(What.ATTENDANCES),
    )
    yield Start(
        "9.3",
        Bilingual("Giấy chứng nhận đã cấp", "Certificates issued"),
        Bilingual(
            "Số giấy chứng nhận đã cấp trong kỳ. Hệ thống chưa lưu giấy chứng nhận nên chưa có số "
            "liệu.",
            "Certificates issued in the period. The platform keeps no certificates yet, so there "
            "is no data.",
        ),
        _feature("9.3"),
        Formula(Count(What.CERTIFICATES)),
    )


def _management() -> Iterator[Start]:
    yield Start(
        "C1",
        Bilingual("Tỷ lệ hoàn thành", "Completion"),
        Bilingual(
            "Số lượt học đạt yêu cầu hoàn thành của lớp chia cho số lượt có dự ít nhất một buổi, "
            "của các lớp kết thúc trong kỳ.",
            "Enrolments that met the completion rule of their run, divided by those with one "
            "attendance or more, of the runs that ended in the period.",
        ),
        _OWN,
        Formula(
            Count(What.COMPLETIONS), Form.PERCENT, DividedBy.COUNT, Count(What.FINISHED),
            by=_BY_COURSE,
        ),
    )  # fmt: skip
    free = Filter(fees=frozenset({"free", "reduced", "waived"}))
    yield Start(
        "F1",
        Bilingual("Tỷ lệ chỗ học miễn, giảm phí", "Free or subsidised places"),
        Bilingual(
            "Số lượt ghi danh không mất phí hoặc được giảm, miễn phí chia cho số lượt ghi danh.",
            "Enrolments that cost nothing, less, or whose fee was waived, divided by all "
            "enrolments.",
        ),
        _feature("12.2"),
        Formula(
            Count(What.ENROLMENTS, free), Form.PERCENT, DividedBy.COUNT, Count(What.ENROLMENTS),
            by=_ALL,
        ),
    )  # fmt: skip
    by_session = tuple(each for each in _ALL if not each.is_of_person)
    yield Start(
        words.IDENTIFIED.code,
        words.IDENTIFIED.label,
        words.IDENTIFIED.meaning,
        _OWN,
        Formula(
            Count(What.NAMED), Form.PERCENT, DividedBy.COUNT, Count(What.ATTENDANCES),
            by=by_session,
        ),
    )  # fmt: skip
    yield Start(
        "Q2",
        Bilingual("Tỷ lệ đơn vị đã báo cáo", "Reporting completeness"),
        Bilingual(
            "Số đơn vị đã xác nhận số liệu, hoặc xác nhận không có hoạt động, chia cho số đơn vị "
            "phải báo cáo trong kỳ.",
            "Providers that certified their figures, or that there was nothing, divided by the "
            "providers due in the period.",
        ),
        _OWN,
        Formula(Count(What.RETURNS), Form.PERCENT, DividedBy.COUNT, Count(What.PROVIDERS_DUE)),
    )


STARTING_SET = (
    *_plain(),
    *_rates(),
    *_groups(),
    *_community(),
    *_work(),
    *_technology(),
    *_quality(),
    *_management(),
)
