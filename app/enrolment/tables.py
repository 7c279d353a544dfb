"""The roster as a file: one tuple makes the columns and what they mean."""

from dataclasses import dataclass

from app.core import clock
from app.core.formats import phone
from app.core.i18n import Bilingual
from app.core.tables import Column
from app.enrolment.models import Enrolment


@dataclass(frozen=True, slots=True)
class Listed:
    """A place, and whether there is still a reason to call the person."""

    place: Enrolment
    shows_phone: bool


def _phone(row: Listed) -> str | None:
    return phone(row.place.person.phone) if row.shows_phone else None


def _joined(row: Listed) -> str:
    return clock.local(row.place.joined_at).date().isoformat()


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
        Bilingual("Tình trạng", "State"),
        Bilingual(
            "enrolled: có chỗ; waiting: đang chờ", "enrolled: has a seat; waiting: in the queue"
        ),
        lambda row: row.place.state.value,
    ),
    Column(
        "joined_on",
        Bilingual("Ngày đăng ký", "Enrolled on"),
        Bilingual("Theo giờ thành phố", "On the city's calendar"),
        _joined,
    ),
)
