"""Checking in by the code of one's place, which staff scan or type at the door."""

from sqlalchemy import select

from app.catalogue.models import ClassSession
from app.core import audit, clock
from app.core.db import inserting, transaction
from app.core.keys import read_code
from app.enrolment.distance.models import CheckIn
from app.enrolment.errors import NotOnThisList
from app.enrolment.models import AttendanceStatus, Enrolment
from app.enrolment.operations.kept_marks import KeptMarks, Mark, merge_marks
from app.enrolment.operations.registers import check_held
from app.enrolment.queries import RegisterLine, at_check_in, register_lines, register_of


def check_in(
    session_id: int, scanned: str, by_id: int | None
) -> tuple[RegisterLine, AttendanceStatus]:
    """Somebody is here from now on: on time or late; a second time changes nothing.

    A register that was taken already is put right at once.

    Args:
        scanned: a code as typed, or the address of a place that its QR code holds.

    Raises:
        NotOnThisList: a place of another class, or nobody's.
    """
    with transaction() as session:
        held = session.get_one(ClassSession, session_id)
        check_held(held)
        code = read_code(scanned.rstrip("/").rpartition("/")[2])
        place = session.execute(
            select(Enrolment.id, Enrolment.person_id).where(
                Enrolment.code == code, Enrolment.run_id == held.run_id
            )
        ).first()
        lines = {line.enrolment_id: line for line in register_lines(session_id)}
        if place is None or place.id not in lines:
            raise NotOnThisList(field="code")
        place_id = place.id
        row = inserting(CheckIn).values(
            session_id=session_id, enrolment_id=place_id, at=clock.now()
        )
        new = session.scalar(row.on_conflict_do_nothing().returning(CheckIn.id))
        if new is not None:
            audit.record(
                "register.check_in_by_staff",
                "session",
                session_id,
                by_id,
                person_id=place.person_id,
            )
        at = session.scalars(
            select(CheckIn.at).filter_by(session_id=session_id, enrolment_id=place_id)
        ).one()
        status = at_check_in(at, held.starts_at)
        register = register_of(session_id)
        if register is not None:
            mark = Mark(place_id, status, at)
            merge_marks(session_id, KeptMarks(f"door-{place_id}", register.version, (mark,)), by_id)
        return lines[place_id], status
