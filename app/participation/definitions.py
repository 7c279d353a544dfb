"""What each figure means, in both languages; printed wherever a figure is shown.

A city may have put the words differently: the package that keeps its definitions tells them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from app.core.i18n import Bilingual


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure: its code in the city's measures, its name in files, its words."""

    code: str
    name: str
    label: Bilingual
    unit: Bilingual
    meaning: Bilingual
    version: int | None = None  # of the city's definition of the same code
    differs: bool = False  # the city's definition counts something else than is counted here


@dataclass(frozen=True, slots=True)
class Told:
    """What the city's own definition of a figure says.

    Attributes:
        is_counted_here: it counts what this package counts; if not, its words are about something
            else.
    """

    version: int
    label: Bilingual
    meaning: Bilingual
    is_counted_here: bool


Teller = Callable[[Iterable[str]], Mapping[str, Told]]
_tellers: list[Teller] = []


def tells_definitions(teller: Teller) -> Teller:
    """Register `teller(codes)`: the city's definitions of these figures, as far as it has any."""
    _tellers.append(teller)
    return teller


PERSONS = Definition(
    "N1",
    "persons",
    Bilingual("Số người", "Persons"),
    Bilingual("người", "persons"),
    Bilingual(
        "Số người có mặt ít nhất một buổi học trong kỳ. Mỗi người chỉ tính một lần, dù học ở nhiều "
        "nơi. Số người của mỗi dòng và của mỗi tổng được đếm riêng: không cộng các dòng, các kỳ "
        "với nhau.",
        "People present at one session or more in the period. Each person counts once, however "
        "many places they learn at. Every row and every total is counted anew: rows and periods "
        "cannot be added up.",
    ),
)
ENROLMENTS = Definition(
    "N2",
    "enrolments",
    Bilingual("Lượt ghi danh", "Enrolments"),
    Bilingual("lượt ghi danh", "enrolments"),
    Bilingual(
        "Số chỗ học đã giữ ở các lớp có điểm danh trong kỳ, mỗi người ở mỗi lớp tính một lượt. "
        "Không tính người rút trước buổi đầu và người trong danh sách chờ.",
        "Places held on runs of which a register was taken in the period, one for each person and "
        "run. Whoever withdrew before the first session, or only waited, is not counted.",
    ),
)
ATTENDANCES = Definition(
    "N3",
    "attendances",
    Bilingual("Lượt người", "Attendances"),
    Bilingual("lượt người", "attendances"),
    Bilingual(
        "Số lần có mặt ở buổi học (một người dự một buổi là một lượt), cộng số người dự được đếm "
        "mà không ghi tên. Ở lớp tự học, mỗi ngày học xong bài hoặc hoàn thành lớp là một lượt.",
        "Marks of presence (one person at one session is one), and the people who were counted at "
        "a session without a name. At one's own pace, each day on which somebody finishes a unit "
        "or the class is one.",
    ),
)
HOURS = Definition(
    "N4",
    "learner_hours",
    Bilingual("Số giờ học", "Learner-hours"),
    Bilingual("giờ", "hours"),
    Bilingual(
        "Tổng thời gian các buổi học đã dự, tính bằng giờ, kể cả của người không ghi tên.",
        "The length of the sessions attended, in hours, for everybody who came, named or not.",
    ),
)
IDENTIFIED = Definition(
    "Q1",
    "identified_share",
    Bilingual("Tỷ lệ có tên", "Identified share"),
    Bilingual("lượt người", "of attendances"),
    Bilingual(
        "Phần lượt người có ghi tên trong tổng lượt người. Người không ghi tên không có trong "
        "số người.",
        "The part of the attendances that has a name. Those without are in no count of persons.",
    ),
)
FIGURES = (PERSONS, ENROLMENTS, ATTENDANCES, HOURS, IDENTIFIED)


def in_force() -> tuple[Definition, ...]:
    """The figures in the city's words, where these are about what is counted here."""
    codes = [figure.code for figure in FIGURES]
    told = {code: each for teller in _tellers for code, each in teller(codes).items()}
    return tuple(_as_told(figure, told.get(figure.code)) for figure in FIGURES)


def _as_told(figure: Definition, told: Told | None) -> Definition:
    if told is None:
        return figure
    if not told.is_counted_here:
        return replace(figure, version=told.version, differs=True)
    return replace(figure, version=told.version, label=told.label, meaning=told.meaning)


REFERENCE = Bilingual(
    "Tuổi, nơi ở và nhóm lấy theo ngày cuối kỳ. Chỉ biết năm sinh thì tính ngày 01/7. Loại hình "
    "đơn vị, chủ đề, lĩnh vực, hình thức học lấy theo ngày của buổi học.",
    "Age, residence and groups are those of the last day of the period. Where only the year of "
    "birth is known, 1 July is taken. Provider type, subject, field and mode are those of the day "
    "of the session.",
)
NOT_STATED = Bilingual(
    "“Không rõ” là một giá trị riêng, luôn ở cuối; người không ghi tên cũng nằm ở đó khi phân tổ "
    "theo người.",
    "“Not stated” is a value of its own, always last; people without a name are in it when figures "
    "are broken down by what people are.",
)
INTERNAL = Bilingual(
    "Nội bộ, không công bố. Số liệu không làm tròn.",
    "Internal, not for publication. Figures are not rounded.",
)
ZERO = Bilingual("0 nghĩa là không có ai.", "0 means nobody.")
