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
from app.catalogue.operations.conditions import (
    Conditions,
    add_fee_group,
    add_question,
    remove_fee_group,
    remove_question,
    set_conditions,
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
    "Conditions",
    "CourseFields",
    "Meeting",
    "RunFields",
    "add_fee_group",
    "add_question",
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
    "remove_fee_group",
    "remove_question",
    "set_conditions",
    "withdraw",
]
