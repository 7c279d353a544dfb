"""Every change of the catalogue: one transaction, one audit row, one event each."""

from app.catalogue.documents import CourseFields
from app.catalogue.operations.calendar import add_days, remove_day
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
    copy_course,
    create_course,
    delete_draft,
    edit_course,
    withdraw,
)
from app.catalogue.operations.publishing import (
    Versions,
    approve,
    propose,
    publish,
    publish_due,
    release,
    send_back,
    set_review,
    take_back,
    versions,
)
from app.catalogue.operations.revisions import discard, save_part
from app.catalogue.operations.runs import (
    RunFields,
    add_run,
    add_sessions,
    edit_run,
)
from app.catalogue.operations.session_plans import plan_session
from app.catalogue.operations.term_copies import copy_term

__all__ = [
    "Conditions",
    "CourseFields",
    "Meeting",
    "RunFields",
    "Versions",
    "add_days",
    "add_fee_group",
    "add_question",
    "add_run",
    "add_sessions",
    "approve",
    "cancel_run",
    "cancel_session",
    "change_place",
    "copy_course",
    "copy_term",
    "create_course",
    "delete_draft",
    "discard",
    "edit_course",
    "edit_run",
    "go_ahead",
    "move_session",
    "move_sessions",
    "plan_session",
    "propose",
    "publish",
    "publish_due",
    "release",
    "remove_day",
    "remove_fee_group",
    "remove_question",
    "save_part",
    "send_back",
    "set_conditions",
    "set_review",
    "take_back",
    "versions",
    "withdraw",
]
