"""Keeping the forms of offices, and which figure goes into which of their cells."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict

from app.core import audit
from app.core.db import transaction
from app.indicators.models import OfficeForm, Report
from app.indicators.reports import office_form
from app.indicators.reports.figures import Wanted


def keep(name: str, content: bytes, account_id: int) -> OfficeForm:
    """Take a form after a look into it.

    Raises:
        NotAForm, FormTooBig, FormWithMacros, NoNamedCells: it is not taken.
    """
    office_form.look(content)
    with transaction() as session:
        form = OfficeForm(name=name, content=b64encode(content).decode(), uploaded_by_id=account_id)
        session.add(form)
        session.flush()
        audit.record("office_form.uploaded", "office_form", form.id, account_id)
    return form


def map_cells(form_id: int, wanted: Mapping[str, Wanted], account_id: int | None) -> None:
    """Say which figure goes into which cell; a cell without a measure is left as it is."""
    with transaction() as session:
        form = session.get_one(OfficeForm, form_id)
        form.mapping = {cell: asdict(each) for cell, each in wanted.items() if each.measure}
        audit.record(
            "office_form.mapped", "office_form", form_id, account_id, cells=len(form.mapping)
        )


def remove(form_id: int, account_id: int | None) -> None:
    with transaction() as session:
        session.delete(session.get_one(OfficeForm, form_id))
        audit.record("office_form.removed", "office_form", form_id, account_id)


def note_filled(form_id: int, report: Report, part: str, account_id: int | None) -> None:
    """Keep a line about a filled copy that went out."""
    with transaction():
        audit.record(
            "office_form.filled", "office_form", form_id, account_id,
            period=report.period, revision=report.revision, part=part,
        )  # fmt: skip
