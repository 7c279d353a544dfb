"""Our own table: one row a session, or a run, or a course; what each column means."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.i18n import Bilingual
from app.feeds import values
from app.feeds.values import Reader


class Part(StrEnum):
    """What a column tells about; those of a course and of a run may repeat from row to row."""

    COURSE = "course"
    RUN = "run"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: machine name, head as people write it, meaning, and how a cell is read.

    A `needed` column must be in the file and filled. `fallback` is the value of a new row when the
    column is not in the file; a row that exists keeps what it has.
    """

    name: str
    part: Part
    label: Bilingual
    meaning: Bilingual
    read: Reader
    needed: bool = False
    fallback: Any = None


def _column(name: str, part: Part, labels: str, meanings: str, read: Reader, **more: Any) -> Column:
    """Labels and meanings are written `Vietnamese | English`."""
    return Column(name, part, _both(labels), _both(meanings), read, **more)


def _both(text: str) -> Bilingual:
    vietnamese, english = text.split(" | ")
    return Bilingual(vietnamese, english)


_C, _R, _S = Part
_KEY, _TITLE, _SHORT, _LONG = (
    values.line(values.LONGEST_KEY),
    values.line(200),
    values.prose(600),
    values.prose(5000),
)
_MIDDLE = values.prose(1000)

COLUMNS: tuple[Column, ...] = (
    _column(
        "course_id",
        _C,
        "Mã khóa học | Course key",
        "Mã của riêng bạn, không bao giờ đổi; lần nạp sau nhận ra khóa học nhờ mã này | "
        "Your own key, never changed; the next import finds the course again by it",
        _KEY,
        needed=True,
    ),
    _column(
        "title_vi",
        _C,
        "Tên khóa học | Title in Vietnamese",
        "Tên khóa học bằng tiếng Việt | Title of the course in Vietnamese",
        _TITLE,
        needed=True,
    ),
    _column(
        "title_en",
        _C,
        "Tên tiếng Anh | Title in English",
        "Tên bằng tiếng Anh, có thể để trống | Title in English, may stay empty",
        _TITLE,
        fallback="",
    ),
    _column(
        "summary_vi",
        _C,
        "Tóm tắt | Summary in Vietnamese",
        "Một hai câu, nhiều nhất 600 ký tự | One or two sentences, at most 600 characters",
        _SHORT,
        fallback="",
    ),
    _column(
        "summary_en",
        _C,
        "Tóm tắt tiếng Anh | Summary in English",
        "Như trên, bằng tiếng Anh | The same in English",
        _SHORT,
        fallback="",
    ),
    _column(
        "learn_vi",
        _C,
        "Nội dung học | What people learn, in Vietnamese",
        "Mỗi ý một dòng | One line for each point",
        _LONG,
        fallback="",
    ),
    _column(
        "learn_en",
        _C,
        "Nội dung học tiếng Anh | What people learn, in English",
        "Như trên, bằng tiếng Anh | The same in English",
        _LONG,
        fallback="",
    ),
    _column(
        "for_whom_vi",
        _C,
        "Dành cho ai | For whom, in Vietnamese",
        "Ai nên học, cần biết gì trước | Who should come, what to know before",
        _MIDDLE,
        fallback="",
    ),
    _column(
        "for_whom_en",
        _C,
        "Dành cho ai, tiếng Anh | For whom, in English",
        "Như trên, bằng tiếng Anh | The same in English",
        _MIDDLE,
        fallback="",
    ),
    _column(
        "bring_vi",
        _C,
        "Cần mang theo | What to bring, in Vietnamese",
        "Những thứ học viên mang theo | What learners bring along",
        _MIDDLE,
        fallback="",
    ),
    _column(
        "bring_en",
        _C,
        "Cần mang theo, tiếng Anh | What to bring, in English",
        "Như trên, bằng tiếng Anh | The same in English",
        _MIDDLE,
        fallback="",
    ),
    _column(
        "topic",
        _C,
        "Lĩnh vực | Subject",
        "Mã hoặc tên lĩnh vực của thành phố | Machine name or name of one of the city's subjects",
        values.topic,
        needed=True,
    ),
    _column(
        "isced_f",
        _C,
        "Mã ISCED-F | ISCED-F field",
        "Hai đến bốn chữ số; để trống thì lấy của lĩnh vực | "
        "Two to four digits; empty takes the subject's",
        values.isced,
        fallback="",
    ),
    _column(
        "cla",
        _C,
        "Loại hoạt động học | Kind of learning",
        "Mã CLA 2016, ví dụ 2.2.1; để trống thì theo loại cơ sở | "
        "CLA 2016 code, for example 2.2.1; empty takes the provider type's",
        values.cla,
    ),
    _column(
        "job_related",
        _C,
        "Phục vụ việc làm | Job-related",
        "x nếu giúp người học trong công việc | x if it helps people at work",
        values.yes_or_no,
        fallback=False,
    ),
    _column(
        "audiences",
        _C,
        "Đối tượng | Audiences",
        "Mã hoặc tên, cách nhau bằng dấu chấm phẩy | Machine names or names, parted by semicolons",
        values.audiences,
        fallback=frozenset(),
    ),
    _column(
        "run_id",
        _R,
        "Mã lớp | Run key",
        "Mã của đợt học trong khóa học, không bao giờ đổi; để trống nếu chưa có lớp | "
        "Key of the run within the course, never changed; empty when there is no run yet",
        _KEY,
        fallback="",
    ),
    _column(
        "starts_on",
        _R,
        "Ngày bắt đầu | First day",
        "Để trống thì lấy buổi học đầu tiên | Empty takes the first session",
        values.day,
    ),
    _column(
        "ends_on",
        _R,
        "Ngày kết thúc | Last day",
        "Để trống thì lấy buổi học cuối cùng | Empty takes the last session",
        values.day,
    ),
    _column(
        "enrol_from",
        _R,
        "Mở ghi danh | Enrolment opens",
        "Để trống thì mở từ ngày nạp | Empty opens on the day of the import",
        values.day,
    ),
    _column(
        "enrol_until",
        _R,
        "Hạn ghi danh | Last day to enrol",
        "Để trống thì đến ngày bắt đầu | Empty is the first day of the run",
        values.day,
    ),
    _column(
        "capacity",
        _R,
        "Số chỗ | Places",
        "Để trống là không giới hạn, 0 là không còn chỗ | Empty is unlimited, 0 is none",
        values.number(values.MOST_SEATS),
    ),
    _column(
        "waiting_capacity",
        _R,
        "Số chỗ chờ | Places on the waiting list",
        "Để trống là không giới hạn | Empty is unlimited",
        values.number(values.MOST_SEATS),
    ),
    _column(
        "fee",
        _R,
        "Học phí | Fee",
        "Đồng cho cả lớp; 0 hoặc để trống là miễn phí | Dong for the whole run; 0 or empty is free",
        values.dong,
        fallback=0,
    ),
    _column(
        "mode",
        _R,
        "Hình thức | Mode",
        "in_person, online, blended hoặc self_paced | in_person, online, blended or self_paced",
        values.mode,
    ),
    _column(
        "language",
        _R,
        "Ngôn ngữ dạy | Language of teaching",
        "vi, en, zh...; để trống là tiếng Việt | vi, en, zh...; empty is Vietnamese",
        values.language,
        fallback="vi",
    ),
    _column(
        "venue",
        _R,
        "Địa điểm | Place",
        "Mã hoặc tên một địa điểm của cơ sở | Code or name of one of the provider's places",
        values.venue,
    ),
    _column(
        "online_link",
        _R,
        "Đường dẫn học | Link for online sessions",
        "Chỉ người có chỗ thấy | Shown only to people with a place",
        values.link,
        fallback="",
    ),
    _column(
        "teacher",
        _R,
        "Giảng viên | Teacher",
        "Họ tên như sẽ hiển thị | Name as it will be shown",
        _TITLE,
        fallback="",
    ),
    _column(
        "session_on",
        _S,
        "Ngày học | Session date",
        "Ngày của buổi học | The day of the session",
        values.day,
    ),
    _column(
        "session_from",
        _S,
        "Từ giờ | From",
        "Giờ bắt đầu, ví dụ 18:30 | When it begins, for example 18:30",
        values.hour,
    ),
    _column("session_to", _S, "Đến giờ | To", "Giờ kết thúc | When it ends", values.hour),
)
BY_NAME = {column.name: column for column in COLUMNS}
NEEDED = tuple(column.name for column in COLUMNS if column.needed)
