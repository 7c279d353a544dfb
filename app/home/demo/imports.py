"""Files of the demo centre: one that was applied, and a newer one with a row to be put right."""

import csv
import io
from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, end_reading
from app.feeds import storage
from app.feeds.models import FeedImport, SourceKind
from app.feeds.operations import linking, sources, uploads, working
from app.providers.models import Provider

_HEAD = ("Mã khóa học", "Tên khóa học", "Tóm tắt", "Lĩnh vực", "Mã lớp", "Số chỗ", "Học phí")
_DAYS = ("Ngày học", "Từ giờ", "Đến giờ")
_FIRST = (
    ("CH-01", "Cắm hoa cho người mới", "Ba kiểu cắm hoa dễ làm.", "Văn hóa, nghệ thuật", "20", "0"),
    ("DT-02", "Dùng điện thoại an toàn", "Nhận ra tin nhắn lừa đảo.", "Kỹ năng số", "25", "0"),
    ("NA-03", "Nấu ăn chay", "Năm món cho ngày rằm.", "Kỹ năng sống", "15", "150.000"),
)
_SECOND = (
    ("CH-01", "Cắm hoa ngày Tết", "Ba kiểu cắm hoa dễ làm.", "Văn hóa, nghệ thuật", "20", "0"),
    ("DT-02", "Dùng điện thoại an toàn", "Nhận ra tin nhắn lừa đảo.", "Kỹ năng số", "25", "0"),
    ("LV-04", "Làm vườn trên sân thượng", "Đất, hạt, nước.", "Nông nghiệp", "hai mươi", "0"),
)


def send_files() -> None:
    """As the centre's editor would on the page."""
    provider = db.session.scalars(select(Provider).order_by(Provider.id).limit(1)).one()
    provider_id = provider.id
    end_reading()
    source_id = linking.own_files(provider_id).id
    applied = _send(source_id, "khoa-hoc-dot-1.csv", _FIRST)
    uploads.want(applied.id, applied.digest)
    working.apply(applied.id, None, confirmed=False)
    _send(source_id, "khoa-hoc-dot-2.csv", _SECOND)
    sources.add_source(
        provider_id,
        sources.SourceFields(
            name="Phần mềm quản lý lớp",
            address="https://feeds.example/courses.json",
            kind=SourceKind.JSON,
        ),
    )


def _send(source_id: int, name: str, courses: tuple[tuple[str, ...], ...]) -> FeedImport:
    stored = f"demo-{name.removesuffix('.csv')}"
    storage.path(stored).write_text(_table(courses), "utf-8")
    made = uploads.take(sources.by_id(source_id), stored, name)
    working.check(made.id)
    db.session.expire_all()
    return made


def _table(courses: tuple[tuple[str, ...], ...]) -> str:
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([*_HEAD, "Hình thức", *_DAYS])
    for number, (key, title, summary, topic, seats, fee) in enumerate(courses):
        day = clock.today() + timedelta(days=20 + number)
        hours = f"{day:%d/%m/%Y}", "18:30", "20:30"
        lines.writerow([key, title, summary, topic, "L1", seats, fee, "in_person", *hours])
    return out.getvalue()
