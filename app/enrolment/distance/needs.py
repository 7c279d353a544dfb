"""What people are told of a run from afar before they take a place."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from app.catalogue.models import Mode, Run
from app.core import audit
from app.core.db import db, inserting, transaction
from app.core.i18n import Bilingual, gettext
from app.core.i18n import lazy as _
from app.core.vi import clean
from app.enrolment.distance.models import RunNeeds

CAPTIONS: dict[str, str] = {
    "": _("Not said"),
    "none": _("No captions"),
    "vi": _("Vietnamese captions"),
    "en": _("English captions"),
    "vi_en": _("Vietnamese and English captions"),
}
FROM_AFAR = frozenset({Mode.ONLINE, Mode.BLENDED, Mode.SELF_PACED})


_NO_WORDS = Bilingual("")


@dataclass(frozen=True, slots=True)
class Needs:
    """Captions and equipment of one run."""

    captions: str = ""
    equipment: Bilingual = _NO_WORDS

    def facts(self) -> list[tuple[str, str]]:
        """For the summary of a run; nothing where nothing is said."""
        told = CAPTIONS.get(self.captions) if self.captions else None
        return [(gettext("Captions"), str(told))] if told else []


NOTHING = Needs()


def of(run: Run) -> Needs:
    """Of one run; those of all runs of its course are read together, once in a request."""
    if run.mode not in FROM_AFAR:
        return NOTHING
    known: dict[int, Mapping[int, Needs]] = g.setdefault("needs", {})
    if run.course_id not in known:
        known[run.course_id] = _of_course(run.course_id)
    return known[run.course_id].get(run.id, NOTHING)


def _of_course(course_id: int) -> Mapping[int, Needs]:
    query = select(RunNeeds).join(Run, Run.id == RunNeeds.run_id).where(Run.course_id == course_id)
    rows = db.session.scalars(query)
    return {each.run_id: Needs(each.captions, each.equipment) for each in rows}


def say(run_id: int, needs: Needs, by_id: int | None) -> None:
    """What holds from now on."""
    values = {
        "captions": needs.captions if needs.captions in CAPTIONS else "",
        "equipment_vi": clean(needs.equipment.vi), "equipment_en": clean(needs.equipment.en),
    }  # fmt: skip
    with transaction() as session:
        row = inserting(RunNeeds).values(run_id=run_id, **values)
        session.execute(row.on_conflict_do_update(index_elements=["run_id"], set_=values))
        audit.record("run.needs_said", "run", run_id, by_id)
