"""What auditors do to the audit log, which is nothing; only that they took it away is kept."""

from app.core import audit
from app.core.db import transaction


def note_export(by_id: int | None) -> None:
    with transaction():
        audit.record("audit.exported", "audit", "log", by_id)
