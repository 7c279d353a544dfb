"""Every writer of live courses, a feed too, leaves a trace where a translation grows old."""

from typing import Any

from sqlalchemy import event, inspect

from app.catalogue.documents import PAIRS
from app.catalogue.models import Course


@event.listens_for(Course, "before_update")
def remember_sources(_mapper: Any, _connection: Any, course: Course) -> None:
    """Note of which text the English is a translation, unless the operation has said it itself.

    Of texts that were not read before they were written nothing is known.
    """
    row = inspect(course)
    if row.attrs.source_was.history.has_changes():
        return
    known = dict(course.source_was or {})
    for name in PAIRS:
        vi, en = (row.attrs[f"{name}_{language}"].history for language in ("vi", "en"))
        if en.has_changes() or not getattr(course, f"{name}_en"):
            known.pop(name, None)
        elif vi.has_changes() and vi.deleted and vi.deleted[0]:
            known.setdefault(name, vi.deleted[0])
        if known.get(name) == getattr(course, f"{name}_vi"):
            del known[name]
    if known != course.source_was:
        course.source_was = known
