"""The registers of requests and breaches as files: facts and days, nobody's name or words."""

from datetime import datetime

from app.accounts.models import Breach, DataRequest
from app.core import clock
from app.core.i18n import Bilingual
from app.core.tables import Column


def _day(moment: datetime | None) -> str:
    return clock.local(moment).isoformat(timespec="minutes") if moment else ""


def _in_time(request: DataRequest) -> str:
    if request.is_open:
        return "late" if request.is_overdue else "open"
    return "yes" if request.was_in_time else "no"


def _both(vi: str, en: str) -> tuple[Bilingual, Bilingual]:
    return Bilingual(vi, en), Bilingual(vi, en)


COLUMNS = (
    Column("code", *_both("Mã", "Code"), lambda row: row.code),
    Column("kind", *_both("Loại yêu cầu", "Kind of request"), lambda row: row.kind.value),
    Column("channel", *_both("Cách gửi", "Channel"), lambda row: row.channel),
    Column(
        "involves_others",
        *_both("Có bên khác", "Others involved"),
        lambda row: int(row.involves_others),
    ),
    Column("received_at", *_both("Ngày nhận", "Received"), lambda row: _day(row.received_at)),
    Column("answer_by", *_both("Hạn trả lời", "Answer by"), lambda row: row.answer_by.isoformat()),
    Column("answered_at", *_both("Đã trả lời", "Answered"), lambda row: _day(row.answered_at)),
    Column("act_by", *_both("Hạn thực hiện", "Act by"), lambda row: row.act_by.isoformat()),
    Column("extended_at", *_both("Gia hạn", "Extended"), lambda row: _day(row.extended_at)),
    Column(
        "extension_reason",
        *_both("Lý do gia hạn", "Reason of the extension"),
        lambda row: row.extension_reason,
    ),
    Column("closed_at", *_both("Kết thúc", "Closed"), lambda row: _day(row.closed_at)),
    Column(
        "outcome",
        *_both("Kết quả", "Outcome"),
        lambda row: row.outcome.value if row.outcome else "",
    ),
    Column("in_time", *_both("Đúng hạn", "In time"), _in_time),
)


def _told_in_time(breach: Breach) -> str:
    if not breach.is_serious:
        return ""
    return "no" if breach.is_overdue else "yes" if breach.authority_told_at else "open"


BREACH_COLUMNS = (
    Column("number", *_both("Số", "Number"), lambda row: row.id),
    Column("kind", *_both("Loại", "Kind"), lambda row: row.kind.value),
    Column("happened_at", *_both("Xảy ra", "Happened"), lambda row: _day(row.happened_at)),
    Column("noticed_at", *_both("Phát hiện", "Noticed"), lambda row: _day(row.noticed_at)),
    Column("what", *_both("Sự việc", "What happened"), lambda row: row.what),
    Column("data", *_both("Dữ liệu", "Data"), lambda row: row.data),
    Column("people", *_both("Số người", "People"), lambda row: row.people),
    Column("measures", *_both("Biện pháp", "Measures"), lambda row: row.measures),
    Column("serious", *_both("Nghiêm trọng", "Serious"), lambda row: int(row.is_serious)),
    Column(
        "authority_due_at",
        *_both("Hạn báo cơ quan", "Authority by"),
        lambda row: _day(row.authority_due_at),
    ),
    Column(
        "authority_told_at",
        *_both("Đã báo cơ quan", "Authority told"),
        lambda row: _day(row.authority_told_at),
    ),
    Column("in_time", *_both("Đúng hạn", "In time"), _told_in_time),
    Column(
        "people_told_at",
        *_both("Đã báo người dân", "People told"),
        lambda row: _day(row.people_told_at),
    ),
    Column("closed_at", *_both("Kết thúc", "Closed"), lambda row: _day(row.closed_at)),
)
