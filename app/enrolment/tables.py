"""The roster as a file: one tuple makes the columns and what they mean."""

from dataclasses import dataclass
from datetime import datetime

from app.catalogue.questions import Question
from app.core import clock
from app.core.formats import phone
from app.core.i18n import Bilingual
from app.core.tables import Column
from app.enrolment import class_list, queries, words
from app.enrolment.class_list import ClassList
from app.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Listed:
    """A place, its number in the queue, and whether there is still a reason to call the person."""

    place: Enrolment
    shows_phone: bool
    line: int | None = None


def listed(people: ClassList) -> list[Listed]:
    """Everybody who is on the list or may come to be, in the order of the page."""
    shown = queries.shows_phones(people.run)
    on_list = [Listed(each, shown) for each in (*people.seated, *people.pending, *people.offered)]
    in_line = (Listed(each, shown, line) for line, each in enumerate(people.waiting, start=1))
    return [*on_list, *in_line]


def columns(people: ClassList) -> list[Column]:
    """The columns of every class list, and one for each of the provider's own questions."""
    return [*ROSTER, *(_answer(question) for question in people.questions)]


def _answer(question: Question) -> Column:
    meaning = Bilingual("Câu trả lời", "The answer")
    return Column(
        f"answer_{question.id}", question.text, meaning,
        lambda row: class_list.answer(question, row.place),
    )  # fmt: skip


def _phone(row: Listed) -> str | None:
    return phone(row.place.person.phone) if row.shows_phone else None


def _day(moment: datetime | None) -> str | None:
    return clock.local(moment).date().isoformat() if moment else None


def _hour(moment: datetime | None) -> str | None:
    return clock.local(moment).isoformat(timespec="minutes") if moment else None


ROSTER = (
    Column(
        "code",
        Bilingual("Mã chỗ học", "Code"),
        Bilingual("Mã người học dùng để xem chỗ học", "What the learner shows to see the place"),
        lambda row: row.place.code,
    ),
    Column(
        "full_name",
        Bilingual("Họ và tên", "Full name"),
        Bilingual("Tên như người học đã ghi", "As the learner wrote it"),
        lambda row: row.place.person.full_name,
    ),
    Column(
        "born_in",
        Bilingual("Năm sinh", "Year of birth"),
        Bilingual("Bốn chữ số", "Four digits"),
        lambda row: row.place.person.born_in,
    ),
    Column(
        "phone",
        Bilingual("Số điện thoại", "Phone number"),
        Bilingual("Trống sau khi lớp kết thúc 30 ngày", "Empty from 30 days after the class ended"),
        _phone,
    ),
    Column(
        "state",
        Bilingual("Tình trạng (mã)", "State (code)"),
        Bilingual("Mã để xử lý bằng máy", "For programs"),
        lambda row: row.place.state.value,
    ),
    Column(
        "state_words",
        Bilingual("Tình trạng", "State"),
        Bilingual("Bằng lời", "In words"),
        lambda row: words.state(row.place),
    ),
    Column(
        "joined_on",
        Bilingual("Ngày đăng ký", "Enrolled on"),
        Bilingual("Theo giờ thành phố", "On the city's calendar"),
        lambda row: _day(row.place.joined_at),
    ),
    Column(
        "line",
        Bilingual("Số thứ tự chờ", "Number in line"),
        Bilingual("1: người kế tiếp", "1: whoever is next"),
        lambda row: row.line,
    ),
    Column(
        "offered_until",
        Bilingual("Giữ chỗ đến", "Seat offered until"),
        Bilingual("Theo giờ thành phố", "On the city's clock"),
        lambda row: _hour(row.place.offered_until),
    ),
    Column(
        "fee",
        Bilingual("Học phí", "Fee"),
        Bilingual("Đồng, như đã thỏa thuận", "In dong, as agreed"),
        lambda row: row.place.fee,
    ),
    Column(
        "fee_words",
        Bilingual("Tình trạng học phí", "State of the fee"),
        Bilingual("Bằng lời", "In words"),
        lambda row: words.fee(row.place),
    ),
    Column(
        "document_seen_on",
        Bilingual("Ngày xem giấy tờ", "Document seen on"),
        Bilingual("Giấy tờ để giảm học phí", "The paper for a reduced fee"),
        lambda row: _day(row.place.document_seen_at),
    ),
)
