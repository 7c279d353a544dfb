"""Facts follow registers, places and people, and the files follow the facts."""

from datetime import date

from app.accounts.events import ConsentWithdrawn, PersonChanged, PersonsMerged
from app.catalogue.events import SessionsMoved
from app.catalogue.models import ClassSession
from app.core import config, jobs
from app.core.archive import Restored
from app.core.db import db
from app.core.jobs import DayBegan, handles
from app.enrolment.distance.events import UnitMarked
from app.enrolment.events import (
    AttendanceTaken,
    FeeChanged,
    PlaceCancelled,
    PlaceGivenBack,
    PlaceGivenUp,
    PlaceTaken,
    ResultRecorded,
)
from app.enrolment.models import Enrolment, EnrolmentState
from app.participation import campaigns, operations, orders, store
from app.participation.events import CampaignChanged, ExportAsked, FactsChanged, RebuildGoesOn
from app.participation.operations import Part


@handles(AttendanceTaken)
def write_facts(event: AttendanceTaken) -> None:
    """Read the register again, so late or repeated events still end up right."""
    operations.rewrite([event.session_id])


@handles(SessionsMoved)
def follow_moved_sessions(event: SessionsMoved) -> None:
    """A session whose register was taken early is counted on the day it was really held."""
    operations.rewrite(event.session_ids)


@handles(PlaceTaken)
def count_late_place(event: PlaceTaken) -> None:
    """A seat got while a class was on counts there, though its register was taken before."""
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment and enrolment.seated_at:
        operations.rewrite_run(enrolment.run_id, ClassSession.ends_at >= enrolment.seated_at)


@handles(PlaceCancelled)
def forget_cancelled_place(event: PlaceCancelled) -> None:
    """As a place given up."""
    forget_given_up_place(PlaceGivenUp(event.enrolment_id))


@handles(PlaceGivenUp)
def forget_given_up_place(event: PlaceGivenUp) -> None:
    """A seat given up before a class whose register was taken early does not count there.

    A place declared void counts nowhere, also not where it was marked already.
    """
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment and enrolment.state is EnrolmentState.VOID:
        operations.rewrite_run(enrolment.run_id)
    elif enrolment and enrolment.ended_at:
        operations.rewrite_run(enrolment.run_id, ClassSession.starts_at >= enrolment.ended_at)


@handles(PlaceGivenBack)
def count_place_again(event: PlaceGivenBack) -> None:
    """Wherever it was marked before."""
    _rewrite_run_of(event.enrolment_id)


@handles(FeeChanged)
def count_fee(event: FeeChanged) -> None:
    """A place was paid for otherwise than it was counted."""
    _rewrite_run_of(event.enrolment_id)


@handles(ResultRecorded)
def count_result(event: ResultRecorded) -> None:
    """Whoever completed a self-paced run took part on that day."""
    _rewrite_run_of(event.enrolment_id)


@handles(UnitMarked)
def count_unit(event: UnitMarked) -> None:
    """Whoever finished a unit of a self-paced run took part on that day."""
    _rewrite_run_of(event.enrolment_id)


@handles(PersonChanged)
def follow_person(event: PersonChanged) -> None:
    """Birth, sex, residence, groups or work may differ."""
    operations.follow_persons([event.person_id])


@handles(ConsentWithdrawn)
def forget_groups(event: ConsentWithdrawn) -> None:
    """Who does not want to be counted by group any more is not."""
    operations.follow_persons([event.person_id])


@handles(CampaignChanged)
def follow_campaign(event: CampaignChanged) -> None:
    """What was counted on these days belongs to what its day belongs to now."""
    campaigns.follow(date.fromisoformat(event.first), date.fromisoformat(event.last))


@handles(RebuildGoesOn)
def rebuild_on(event: RebuildGoesOn) -> None:
    """The next part; however long it takes altogether, no part holds others up."""
    step, _done = operations.rebuild_step(Part(event.part), event.after)
    if step is not None:
        jobs.emit(RebuildGoesOn(*step))


@handles(FactsChanged, network=True)
def write_files(_event: FactsChanged) -> None:
    """Writing files takes long, so it holds no transaction that others wait for."""
    store.refresh(store.folder(config.current()))


@handles(PersonsMerged, network=True)
def write_merged(_event: PersonsMerged) -> None:
    """The figures of one person in place of two, soon after."""
    store.refresh(store.folder(config.current()))


@handles(Restored, network=True)
def write_restored(_event: Restored) -> None:
    """The files may be of another time, and one mark may stand for other rows."""
    store.refresh(store.folder(config.current()), everything=True)


@handles(DayBegan, network=True)
def write_people(_event: DayBegan) -> None:
    """Whatever was missed meanwhile."""
    store.refresh(store.folder(config.current()))


@handles(ExportAsked, network=True)
def make_export(event: ExportAsked) -> None:
    """A file of many cells; it holds no transaction while it is written."""
    orders.make(event.token)


@handles(DayBegan, network=True)
def remove_exports(_event: DayBegan) -> None:
    """Those whose week is over."""
    orders.sweep()


def _rewrite_run_of(enrolment_id: int) -> None:
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment:
        operations.rewrite_run(enrolment.run_id)
