"""Every change of the catalogue: one transaction, one audit row, one event each."""

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
    cancel_run,
    cancel_session,
    edit_run,
)

__all__ = [
    "CourseFields",
    "RunFields",
    "add_run",
    "add_sessions",
    "cancel_run",
    "cancel_session",
    "create_course",
    "edit_course",
    "edit_run",
    "publish",
    "withdraw",
]
