"""Facts keep the values of their day, and what was known before is not forgotten."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update

from app.accounts.events import PersonChanged
from app.accounts.models import GroupsAnswer, Person, PersonGroup, PriorityGroup, Residence
from app.accounts.operations import erasure, groups, merges, residences, wishes
from app.core import clock, config, jobs, rotation
from app.core.db import db, transaction
from app.core.i18n import Bilingual
from app.enrolment import operations as places
from app.enrolment.models import Attendance, Enrolment, FeeStatus
from app.participation import campaigns, checking, corrections, operations, periods, queries, store
from app.participation.digest import digest
from app.participation.dimensions import Dimension
from app.participation.errors import CampaignsOverlap, NotCounted, NothingCorrected
from app.participation.models import Fact, KeptSession, LearnerKey, LearnerState
from app.participation.queries import Filter, Question
from tests.factories import (
    CourseFactory,
    PersonFactory,
    ProviderTypeFactory,
    ResidenceFactory,
    RunFactory,
    TopicFactory,
    VenueFactory,
    WardFactory,
)
from tests.participation.conftest import crowd, facts, meet, persons, seat

DAY, EARLY = date(2026, 3, 2), date(2026, 1, 2)
YEAR = periods.parse("2026")


def ask(*by, as_known=None, period=YEAR, **where):
    db.session.rollback()
    folder = store.folder(config.current())
    store.refresh(folder)
    dimensions = tuple(Dimension(each) for each in by)
    return queries.count(folder, Question(period, dimensions, None, Filter(**where), as_known))


def rows():
    """How many rows there are of every time."""
    db.session.rollback()
    tables = (Fact, KeptSession, LearnerState)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]


def is_whole():
    db.session.rollback()
    return list(checking.check()) == []


@pytest.fixture
def learner(app):
    """Somebody who was at one session in a ward, with everything known about it."""
    ward = WardFactory(code="26734")
    person = PersonFactory(sex="female", born_on=date(1960, 5, 17))
    ResidenceFactory(person=person, unit=ward, valid_from=EARLY)
    run = RunFactory(capacity=None, venue=VenueFactory(unit=ward), seats_taken=1)
    meet(run, DAY, present=[seat(run, EARLY, person)])
    operations.rebuild()
    return person


def change(person, **values):
    with transaction() as session:
        session.execute(update(Person).where(Person.id == person.id).values(values))
        jobs.emit(PersonChanged(person.id))


def test_a_course_provider_or_venue_described_otherwise_changes_no_fact(learner, run_jobs):
    before, (row,) = rows(), facts()
    run = db.session.get(Enrolment, 1).run
    run.course.topic, run.course.isced_f, run.course.cla = TopicFactory(), "0999", "9.9"
    run.course.job_related = not row.job_related
    run.course.provider.type = ProviderTypeFactory(code="other")
    run.mode, run.venue = "online", VenueFactory()
    db.session.commit()
    operations.rewrite([row.meeting])
    operations.rebuild()
    assert (facts(), rows()) == ([row], before)
    assert is_whole()


def test_a_ward_with_another_code_changes_no_fact(learner):
    row = facts()
    ward = db.session.scalars(select(Residence)).one().unit
    ward.code = "99999"
    db.session.commit()
    operations.rebuild()
    assert facts() == row


def test_a_correction_of_a_session_is_known_from_then_on(learner):
    (row,), before = facts(), clock.now()
    old = digest(YEAR)
    corrections.correct_session(row.meeting, None, "ghi nhầm", topic="law", isced_f="0421")
    assert persons(ask("topic")) == {("law",): 1, (None,): 1}
    assert persons(ask("topic", as_known=before)) == {(row.topic,): 1, (None,): 1}
    assert digest(YEAR) != old == digest(YEAR, before)
    count = rows()
    with pytest.raises(NothingCorrected):
        corrections.correct_session(row.meeting, None, "lại", topic="law")
    operations.rebuild()
    assert rows() == count
    with pytest.raises(NotCounted):
        corrections.correct_session(10_000, None, "nhầm", topic="law")
    with pytest.raises(ValueError, match="day"):
        corrections.correct_session(row.meeting, None, "nhầm", day=EARLY)


def test_attendance_taken_late_and_taken_back_is_known_when_it_was(app, run_jobs):
    run = RunFactory(capacity=None)
    one, two = seat(run, EARLY), seat(run, EARLY)
    session = meet(run, DAY, present=[one], absent=[two])
    nothing = clock.now()
    operations.rewrite([session.id])
    first = clock.now()
    moments = [nothing, first]
    for status in ("present", "absent"):
        mark = update(Attendance).where(Attendance.enrolment_id == two.id)
        db.session.execute(mark.values(status=status))
        db.session.commit()
        operations.rewrite([session.id])
        moments.append(clock.now())
    known = [ask(as_known=moment).total.persons for moment in moments]
    assert [*known, ask().total.persons] == [0, 1, 2, 1, 1]
    assert is_whole()


def test_the_same_event_twice_changes_nothing(learner):
    before, marks = rows(), store.refresh(store.folder(config.current())).marks()
    for _ in range(2):
        operations.rewrite([facts()[0].meeting])
        operations.follow_persons([learner.id])
    assert rows() == before
    assert store.refresh(store.folder(config.current())).marks() == marks


def test_who_moves_is_counted_where_they_lived_on_each_day(learner, run_jobs):
    before, new = clock.now(), WardFactory()
    old = facts()[0].unit_id
    with transaction() as session:
        person = session.get(Person, learner.id)
        residences.move(session, person, new.id, date(2026, 3, 1))
        jobs.emit(PersonChanged(learner.id))
    run_jobs()
    assert [fact.unit_id for fact in facts()] == [new.id]
    assert persons(ask("ward")) == {(str(new.id),): 1, (None,): 1}
    assert persons(ask("ward", as_known=before)) == {(str(old),): 1, (None,): 1}
    assert persons(ask("ward", period=periods.parse("2026-02-01/2026-02-28"))) == {}
    assert is_whole()


def test_what_somebody_corrects_of_themselves_is_a_correction_of_every_day(learner, run_jobs):
    before = clock.now()
    change(learner, sex="male", born_on=None, born_in=2000)
    run_jobs()
    (fact,) = facts()
    assert (fact.sex, fact.born_on) == ("male", date(2000, 7, 1))
    assert persons(ask("sex", "age_band"))[("male", "25-34")] == 1
    assert persons(ask("sex", "age_band", as_known=before))[("female", "65+")] == 1


def test_work_holds_from_the_day_it_is_said_and_earlier_facts_keep_theirs(learner, run_jobs):
    change(learner, employment="unemployed")
    run_jobs()
    assert [fact.employment for fact in facts()] == [None]
    later = clock.today() + timedelta(days=30)
    with time_machine.travel(clock.at(later, clock.now().time())):
        change(learner, employment="employed")
        run_jobs()
        operations.rebuild()
        assert is_whole()
    states = select(LearnerState.valid_from, LearnerState.employment)
    states = states.where(LearnerState.known_to.is_(None), LearnerState.employment.is_not(None))
    found = db.session.execute(states.order_by(LearnerState.valid_from)).all()
    assert found == [(clock.today(), "unemployed"), (later, "employed")]


def test_groups_count_on_their_days_and_in_each_of_them(learner, run_jobs):
    other = PersonFactory()
    run = RunFactory(capacity=None)
    meet(run, DAY, present=[seat(run, EARLY, other)], headcount=4)
    rows_ = [
        PersonGroup(
            person_id=learner.id, group=group, valid_from=first, valid_to=last, standard="x"
        )
        for group, first, last in (
            (PriorityGroup.POOR, EARLY, None), (PriorityGroup.DISABILITY, EARLY, None),
            (PriorityGroup.POLICY, EARLY, DAY - timedelta(days=1)),
        )
    ]  # fmt: skip
    other.groups_answer = GroupsAnswer.GIVEN
    db.session.add_all(rows_)
    db.session.commit()
    operations.rebuild()
    assert [fact.groups for fact in facts() if fact.person_id == learner.id] == [4 + 32]
    table = ask("group")
    assert persons(table) == {
        ("poor",): 1, ("disability",): 1, ("none",): 1, ("not_stated",): 0, (None,): 2,
    }  # fmt: skip
    assert table.total.attendances == 6
    assert table.cells[("not_stated",)].attendances == 4
    both = ask("sex", "group").cells
    assert both[("female", None)].persons == 2
    assert both[("female", "poor")].persons == 1
    assert ask(groups=frozenset({"poor", "policy"})).total.persons == 1
    assert ask(groups=frozenset({"poor"}), groups_known=True).total.attendances == 1
    assert ask(groups_known=True).total.persons == 2


@pytest.mark.parametrize("refuse", ["decline", "object"])
def test_who_refuses_is_in_no_group_any_more_and_figures_of_before_stay(learner, run_jobs, refuse):
    groups.give_groups(learner.id, [PriorityGroup.POOR], agrees=True, language="vi", by_id=None)
    with transaction() as session:
        session.execute(update(PersonGroup).values(valid_from=EARLY))
    operations.rebuild()
    before, old = clock.now(), digest(YEAR)
    shown = ask("group", "age_band").cells
    assert shown[("poor", None)].persons == 1
    number = db.session.get(LearnerKey, learner.id).number
    if refuse == "decline":
        groups.decline_groups(learner.id, None)
    else:
        wishes.object_to_groups(learner.id)
    run_jobs()
    assert persons(ask("group")) == {("not_stated",): 1, (None,): 1}
    assert ask("group", "age_band", as_known=before).cells == shown
    assert digest(YEAR, before) == old
    mine = db.session.get(LearnerKey, learner.id).number
    assert mine != number
    for table in (Fact, LearnerState):
        said = select(table.id).where(table.learner.in_([mine, number]), table.groups != 0)
        assert set(db.session.scalars(said.where(table.learner == mine))) == set()
        assert db.session.scalar(select(table.id).where(table.groups != 0)) is not None
    days = db.session.scalars(select(Fact.born_on).where(Fact.learner == number)).all()
    assert set(days) == {date(1960, 5, 1)}
    assert is_whole()
    count = rows()
    operations.follow_persons([learner.id])
    assert rows() == count


def test_two_who_are_one_count_once_from_then_on_and_twice_again_after_undo(app, run_jobs):
    crowd(2, run=RunFactory(capacity=None, seats_taken=2))
    one, two = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    operations.rebuild()
    apart, before = clock.now(), digest(YEAR)
    current = facts()
    merge = merges.merge(one, two, None, "").id
    run_jobs()
    together = clock.now()
    assert ask().total.persons == 1
    assert ask(as_known=apart).total.persons == 2
    assert is_whole()
    merges.undo(merge, None, "")
    run_jobs()
    assert facts() == current
    assert digest(YEAR) == before == digest(YEAR, apart)
    assert ask().total.persons == 2
    assert ask(as_known=together).total.persons == 1
    assert is_whole()


def test_erasing_changes_no_figure_of_any_time(learner, run_jobs, one_key):
    moments = [clock.now()]
    change(learner, sex="male")
    run_jobs()
    moments.append(clock.now())
    old = PersonFactory(born_on=date(1960, 5, 17))
    run = RunFactory(capacity=None, seats_taken=1)
    meet(run, DAY, present=[seat(run, EARLY, old)])
    operations.rebuild()
    moments.append(clock.now())
    merges.merge(learner.id, old.id, None, "")
    run_jobs()
    moments.append(clock.now())
    numbers = set(db.session.scalars(select(LearnerKey.number)))
    figures = [ask("sex", "age_band", as_known=each).cells for each in moments]
    digests = [digest(YEAR, each) for each in moments]
    erasure.erase(learner.id, None, "")
    run_jobs()
    rotation.rotate()
    operations.rebuild()
    assert [ask("sex", "age_band", as_known=each).cells for each in moments] == figures
    assert [digest(YEAR, each) for each in moments] == digests
    db.session.rollback()
    for table in (Fact, LearnerState):
        assert not numbers & set(db.session.scalars(select(table.learner)))
    assert is_whole()
    erasure._file().unlink(missing_ok=True)


def test_a_campaign_is_told_by_the_day_of_the_session(learner, run_jobs):
    week = Bilingual("Tuần lễ học tập suốt đời", "Lifelong learning week")
    before = clock.now()
    campaigns.set_campaign("week", week, DAY, DAY + timedelta(days=6), None)
    run_jobs()
    assert ask(campaign="week").total.persons == 1
    assert ask(campaign="week", as_known=before).total.persons == 0
    run = db.session.get(Enrolment, 1).run
    meet(run, DAY + timedelta(days=3), headcount=5)
    operations.rebuild()
    assert ask(campaign="week").total.attendances == 6
    campaigns.set_campaign("week", week, DAY + timedelta(days=1), DAY + timedelta(days=6), None)
    run_jobs()
    assert ask(campaign="week").total.attendances == 5
    with pytest.raises(CampaignsOverlap):
        campaigns.set_campaign("day", week, DAY, DAY + timedelta(days=1), None)
    assert is_whole()


def test_what_a_place_cost_is_told_and_follows_a_waiver(app, run_jobs):
    run = RunFactory(capacity=None, fee=200_000)
    seats = [
        seat(run, EARLY, fee=0), seat(run, EARLY, fee=200_000, fee_status=FeeStatus.DUE),
        seat(run, EARLY, fee=50_000, fee_group="poor", fee_status=FeeStatus.PAID),
    ]  # fmt: skip
    meet(run, DAY, present=seats)
    operations.rebuild()
    assert sorted(fact.fee for fact in facts()) == ["free", "full", "reduced"]
    places.waive(seats[1].id, None, "khó khăn")
    run_jobs()
    assert sorted(fact.fee for fact in facts()) == ["free", "reduced", "waived"]
    assert ask(fees=frozenset({"free", "waived"})).total.enrolments == 2
    places.reopen_fee(seats[1].id, None, "nhầm")
    run_jobs()
    assert sorted(fact.fee for fact in facts()) == ["free", "full", "reduced"]


def test_whoever_completes_a_self_paced_run_takes_part_on_that_day(app, run_jobs):
    run = RunFactory(
        mode="self_paced", capacity=None, starts_on=EARLY, enrol_until=DAY, ends_on=DAY
    )
    one, two = seat(run, EARLY), seat(run, EARLY)
    run.seats_taken = 2
    db.session.commit()
    places.record_results(run.id, [one.id], None)
    run_jobs()
    (fact,) = facts()
    assert (fact.person_id, fact.day, fact.present) == (one.person_id, clock.today(), True)
    total = ask("mode", period=periods.parse(f"{clock.today().year}")).cells[("self_paced",)]
    assert (total.persons, total.minutes, total.sessions, total.runs) == (1, 0, 0, 1)
    operations.rebuild()
    assert facts() == [fact]
    places.record_results(run.id, [two.id], None, "nhầm")
    run_jobs()
    assert [each.person_id for each in facts()] == [two.person_id]
    assert is_whole()


def test_a_check_finds_what_an_event_missed(learner, command):
    assert "the facts are those" in command("participation", "check")
    learner.sex = "male"
    db.session.commit()
    session_id = facts()[0].meeting
    db.session.execute(update(Attendance).values(status="absent"))
    db.session.commit()
    said = command("participation", "check", status=2)
    assert "learner" in said
    assert f"session {session_id}: the facts differ" in said
    operations.rebuild()
    assert is_whole()


def test_venues_sessions_and_runs_are_those_to_which_somebody_came(app):
    ward = WardFactory()
    hall, room = VenueFactory(unit=ward), VenueFactory(unit=ward)
    runs = [RunFactory(capacity=None, venue=venue) for venue in (hall, hall, room)]
    people = [PersonFactory(sex=sex) for sex in ("female", "male")]
    places_of = {run.id: [seat(run, EARLY, person) for person in people] for run in runs}
    for run in runs:
        seats = places_of[run.id]
        meet(run, DAY, present=seats[:1], absent=seats[1:])
        meet(run, DAY + timedelta(days=1), absent=seats)
    meet(runs[0], DAY + timedelta(days=2), present=places_of[runs[0].id][1:], headcount=3)
    meet(RunFactory(mode="online", venue=room), DAY, headcount=2)
    operations.rebuild()
    db.session.add(
        PersonGroup(person_id=people[0].id, group="poor", valid_from=EARLY, standard="x")
    )
    db.session.commit()
    operations.follow_persons([people[0].id])
    for by in ((), ("sex",), ("month", "sex"), ("group",)):
        total = ask(*by).total
        assert (total.venues, total.sessions, total.runs) == (2, 5, 4)
    cells = ask("group", "sex").cells
    assert (cells[("poor", "female")].venues, cells[("poor", None)].sessions) == (2, 3)
    found = ask("sex").cells[("male",)]
    assert (found.venues, found.sessions, found.runs, found.persons) == (1, 1, 1, 1)
    online = ask(modes=frozenset({"online"})).total
    assert (online.venues, online.sessions, online.attendances) == (0, 1, 2)


def test_a_filter_asks_who_people_are_at_the_end_and_what_sessions_were_on_their_day(app):
    ward, other = WardFactory(), WardFactory()
    course = CourseFactory(isced_f="0611", cla="2.2.1", job_related=True)
    run, talk = RunFactory(course=course, capacity=None), RunFactory(capacity=None)
    people = [
        PersonFactory(born_on=date(1960, 12, 31), sex="female", employment="employed"),
        PersonFactory(born_on=date(1961, 1, 1), sex="male", employment=None),
        PersonFactory(born_on=None, born_in=None, sex="not_stated"),
    ]
    homes = ((ward, "permanent"), (other, "temporary"), (None, "not_stated"))
    for person, (unit, kind) in zip(people, homes, strict=True):
        ResidenceFactory(person=person, unit=unit, kind=kind, valid_from=EARLY)
    seats = [seat(run, EARLY, person) for person in people]
    meet(run, DAY, present=seats, headcount=4, hours=3)
    meet(run, DAY + timedelta(days=7), present=seats[:1], hours=3)
    meet(talk, DAY, present=[seat(talk, EARLY, people[2])], hour=8)
    operations.rebuild()
    asked = {
        "ages": (66, None), "sexes": frozenset({"male"}), "residents": queries.Residents.CITY,
        "units": frozenset({other.id}), "employment": frozenset({"employed"}),
    }  # fmt: skip
    found = [ask(**{name: value}).total for name, value in asked.items()]
    assert [(each.persons, each.attendances) for each in found] == [
        (1, 2), (1, 1), (2, 3), (1, 1), (1, 2),
    ]  # fmt: skip
    assert ask(ages=(60, 65)).total.persons == 1
    assert ask(residents=queries.Residents.PERMANENT).total.persons == 1
    assert ask(fields=("06",), cla=("2.",), job_related=True).total.attendances == 8
    assert ask(fields=("05", "07")).total.attendances == 0
    assert ask(provider_ids=frozenset({course.provider_id})).total.runs == 1
    week = periods.parse(f"{DAY}/{DAY + timedelta(days=13)}")
    assert ask(period=week, min_weekly_minutes=180).total.persons == 1
    assert ask(period=week, min_weekly_minutes=120).total.persons == 2
    assert ask(period=week, min_weekly_minutes=180).total.unnamed == 0
