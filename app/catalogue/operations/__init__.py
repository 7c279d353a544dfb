"""Every change of the catalogue: one transaction, one audit row, one event each."""

from app.catalogue.operations.changes import (
    Meeting,
    cancel_run,
    cancel_session,
    change_place,
    go_ahead,
    move_session,
    move_sessions,
)
from app.catalogue.operations.courses import (
    CourseFields,
    create_course,
    edit_course,
    publish,
    withdraw,
)
from app.catalogue.operations.runs import (
    RunFields,
    add_run,
    add_sessions,
    edit_run,
)

__all__ = [
    "CourseFields",
    "Meeting",
    "RunFields",
    "add_run",
    "add_sessions",
    "cancel_run",
    "cancel_session",
    "change_place",
    "create_course",
    "edit_course",
    "edit_run",
    "go_ahead",
    "move_session",
    "move_sessions",
    "publish",
    "withdraw",
]
