"""Units and needs of a few classes from afar, so that a stranger sees how they look."""

from datetime import timedelta

from sqlalchemy import select

from app.catalogue.models import Mode, Run, RunStatus
from app.core import clock
from app.core.db import db
from app.core.i18n import Bilingual
from app.enrolment.distance import needs, units
from app.enrolment.distance.needs import Needs
from app.enrolment.distance.units import UnitFields

_CLASSES = 6
_NEEDS = Needs(
    "vi",
    Bilingual("Điện thoại hoặc máy tính có camera", "A phone or a computer with a camera"),
)
_UNITS = (
    (
        Bilingual("Làm quen với lớp", "Getting to know the class"),
        Bilingual("Xem video giới thiệu. Viết ba điều bạn muốn học.",
                  "Watch the first video. Write down three things you want to learn."),
    ),
    (
        Bilingual("Thực hành", "Practice"),
        Bilingual("Làm bài tập theo hướng dẫn trong bài học.",
                  "Do the exercises as the lesson says."),
    ),
    (
        Bilingual("Ôn lại", "Looking back"),
        Bilingual("Trả lời năm câu hỏi cuối bài.", "Answer the five questions at the end."),
    ),
)  # fmt: skip


def add_units() -> int:
    """To the first classes from afar that are not over; how many classes."""
    from_afar = (Mode.ONLINE, Mode.SELF_PACED)
    coming = select(Run).where(
        Run.mode.in_(from_afar), Run.status == RunStatus.PLANNED, Run.ends_on >= clock.today()
    )
    found = [(run.id, run.starts_on) for run in db.session.scalars(
        coming.order_by(Run.id).limit(_CLASSES))]  # fmt: skip
    for run_id, first in found:
        needs.say(run_id, _NEEDS, None)
        for week, (title, text) in enumerate(_UNITS, start=1):
            due_on = first + timedelta(weeks=week)
            fields = UnitFields(
                title=title, text=text, link="https://example.org/bai-hoc", due_on=due_on
            )
            units.add(run_id, fields, None)
    return len(found)
