from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.catalogue.cards import course_slug
from app.catalogue.models import CourseStatus, Mode, RunStatus
from app.core import clock, jobs
from app.core.access import ProviderRole
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.enrolment import operations
from app.enrolment.distance.models import RunUnit, UnitDone
from app.enrolment.models import (
    Attendance,
    AttendanceStatus,
    Enrolment,
    EnrolmentState,
    GroupBooking,
)
from app.enrolment.operations import seats
from tests.client import read
from tests.factories import (
    CourseFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

State = EnrolmentState


@pytest.fixture
def staff(app):
    return StaffFactory(role=ProviderRole.EDITOR)


@pytest.fixture
def editor(client, staff):
    return client.sign_in(staff.account)


@pytest.fixture
def run(staff):
    """Two seats; the first session is on the day after the last day of enrolment."""
    made = RunFactory(course=CourseFactory(provider=staff.provider), capacity=2)
    SessionFactory(run=made)
    return made


def enrol(run, name="Trần Văn Út", **asked):
    return operations.enrol(PersonFactory(full_name=name).id, run.id, **asked)


def url(run, page):
    return f"/vi/provider/{run.course.provider.slug}/{page}"


def desk(place, act=""):
    return url(place.run, f"places/{place.code}{act and f'/{act}'}")


def fresh(place):
    db.session.expire_all()
    return place.state


def ask_for_approval(run):
    run.needs_approval = True
    db.session.commit()


def test_everybody_marked_is_approved_and_nobody_else(editor, run):
    ask_for_approval(run)
    run.capacity = None
    db.session.commit()
    first, second, third = (enrol(run, name) for name in ("Lê An", "Lê Ba", "Lê Út"))
    elsewhere = enrol(RunFactory(needs_approval=True))
    page = editor.page(url(run, f"runs/{run.id}/roster"))
    assert len(page.select("input[name=marked]")) == 3
    marked = {"marked": [str(each.id) for each in (first, third, elsewhere)]}
    editor.send(url(run, f"runs/{run.id}/approve"), marked, page=url(run, f"runs/{run.id}/roster"))
    assert [fresh(each) for each in (first, second, third)] == [
        State.ENROLLED, State.PENDING, State.ENROLLED,
    ]  # fmt: skip
    assert fresh(elsewhere) is State.PENDING


def test_a_raised_capacity_bypasses_no_approval(editor, run):
    ask_for_approval(run)
    places = [enrol(run, f"Lê {number}") for number in range(3)]
    run.capacity = 3
    db.session.commit()
    operations.settle_run(run.id)
    assert [fresh(each) for each in places] == [State.PENDING, State.PENDING, State.OFFERED]
    operations.accept(places[2].id)
    assert fresh(places[2]) is State.PENDING
    editor.send(desk(places[2], "approve"), page=desk(places[2]))
    assert fresh(places[2]) is State.ENROLLED


def test_somebody_is_refused_only_with_a_reason_and_the_next_is_asked(editor, run):
    ask_for_approval(run)
    first, _second, third = (enrol(run, f"Lê {number}") for number in range(3))
    page = read(editor.send(desk(first, "refuse"), page=desk(first), status=422))
    assert page.select("main details[open] input[name=why]")
    assert fresh(first) is State.PENDING
    editor.send(desk(first, "refuse"), {"why": "Lớp dành cho người trên 60"}, page=desk(first))
    assert (fresh(first), first.reason) == (State.REFUSED, "Lớp dành cho người trên 60")
    assert fresh(third) is State.OFFERED


@pytest.mark.parametrize(("wish", "state"), [("asked", "withdrawn"), ("ended", "cancelled")])
def test_a_place_ends_by_whoever_wants_it(editor, run, wish, state):
    place = enrol(run)
    run.withdraw_until = clock.today() - timedelta(days=1)
    db.session.commit()
    editor.send(desk(place, "end"), {"wish": wish, "reason": "Bạn đã gọi điện"}, page=desk(place))
    assert fresh(place) == state
    roster = editor.page(url(run, f"runs/{run.id}/roster"))
    assert "Bạn đã gọi điện" in roster.select_one("main details table").text


def test_somebody_moves_to_another_class_only_if_a_seat_is_free(editor, run):
    place = enrol(run)
    full, free = (RunFactory(course=run.course, capacity=number) for number in (0, 5))
    choices = editor.page(desk(place)).select("input[name=run_id]")
    assert [box["value"] for box in choices] == [str(full.id), str(free.id)]
    page = read(editor.send(desk(place, "move"), {"run_id": full.id}, page=desk(place), status=409))
    assert page.select(".error-summary, [role=alert]")
    assert fresh(place) is State.ENROLLED
    editor.send(desk(place, "move"), {"run_id": free.id}, page=desk(place))
    assert fresh(place) is State.TRANSFERRED
    moved = db.session.scalars(select(Enrolment).where(Enrolment.came_from_id == place.id)).one()
    assert moved.run_id == free.id


def test_a_place_elsewhere_does_not_exist_here_and_teachers_only_look(client, editor, run):
    theirs = enrol(RunFactory())
    editor.page(url(run, f"places/{theirs.code}"), status=404)
    mine = enrol(run)
    teacher = StaffFactory(provider=run.course.provider, role=ProviderRole.TEACHER)
    client.sign_in(teacher.account)
    client.page(desk(mine), status=403)
    roster = client.page(url(run, f"runs/{run.id}/roster"))
    assert mine.person.full_name in roster.text
    assert not roster.select(f"a[href*='{mine.code}']")


def test_the_list_shows_who_wrote_what_to_this_provider(editor, run):
    run.questions = [
        {"id": "size", "text_vi": "Cỡ áo", "text_en": "Size", "kind": "choice",
         "options": [["Nhỏ", "Small"], ["Lớn", "Large"]]},
    ]  # fmt: skip
    db.session.commit()
    place = enrol(run)
    place.answers = {"size": "1"}
    db.session.commit()
    assert "Lớn" in editor.page(url(run, f"runs/{run.id}/roster")).text
    lines = editor.get(url(run, f"runs/{run.id}/roster.csv")).text.splitlines()
    assert lines[0].endswith("answer_size")
    assert lines[1].endswith("Lớn")


def test_the_list_counts_seats_of_groups_and_names_nobody(editor, run):
    with db.session.no_autoflush:
        booking = GroupBooking(
            code="NHOM123456", run_id=run.id, organisation="Trường Tiểu học Kim Đồng",
            contact_name="Cô Hà", phone="+84912345678", learners=25, adults=2,
            state=State.ENROLLED,
        )  # fmt: skip
        db.session.add(booking)
        seats.shift(db.session(), run, seats=27)
        db.session.commit()
    page = editor.page(url(run, f"runs/{run.id}/roster"))
    assert "Trường Tiểu học Kim Đồng" in page.text
    assert "27" in page.select_one("dl.summary").text


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(editor, run):
    run.capacity = 20
    db.session.commit()

    def statements():
        seen = []

        def listen(*args):
            seen.append(args[2])

        event.listen(db.engine, "before_cursor_execute", listen)
        editor.page(url(run, f"runs/{run.id}/roster"))
        event.remove(db.engine, "before_cursor_execute", listen)
        return [each for each in seen if "enrolments" in each or "group_bookings" in each]

    for number in range(3):
        enrol(run, f"Lê {number}")
    statements()
    few = statements()
    for number in range(27):
        enrol(run, f"Nguyễn {number}")
    many = statements()
    assert len(many) == len(few) <= 5


def test_a_list_of_people_whose_data_are_gone_can_be_exported(editor, run):
    """The row of an erased person has no phone, no birth year and no name."""
    place = enrol(run)
    person = place.person
    person.full_name, person.sort_key = "", ""
    person.phone = person.email = person.born_on = person.born_in = None
    db.session.commit()
    lines = editor.get(url(run, f"runs/{run.id}/roster.csv")).text.splitlines()
    assert len(lines) == 2
    assert place.code in lines[1]


@pytest.fixture
def finished(run):
    """Five sessions were held; the first came to all, the second to three, the third to none."""
    run.starts_on, run.ends_on = clock.today() - timedelta(days=20), clock.today()
    run.capacity = None
    db.session.commit()
    people = [enrol(run, name) for name in ("Lê An", "Lê Ba", "Lê Út")]
    for place in people:
        place.seated_at = clock.now() - timedelta(days=30)
    db.session.commit()
    for number in range(5):
        start = clock.now() - timedelta(days=19 - number)
        held = SessionFactory(run=run, starts_at=start, ends_at=start + timedelta(hours=1))
        here = people[: 2 if number < 3 else 1]
        operations.record_register(held.id, [each.id for each in here], 0, 0, None)
    db.session.delete(run.sessions[-1])
    db.session.commit()
    return people


def ticked(page):
    return [box["value"] for box in page.select("input[name=completed][checked]")]


def test_results_are_proposed_by_the_rule_and_the_rule_can_become_easier(editor, run, finished):
    first, second, _third = (str(each.id) for each in finished)
    address = url(run, f"runs/{run.id}/results")
    page = editor.page(address)
    assert ticked(page) == [first]
    assert "33%" in page.select_one("dl.summary").text
    assert "80% số buổi" in page.select_one("dl.summary").text
    run.rules = {"to_complete": 60}
    db.session.commit()
    assert ticked(editor.page(address)) == [first, second]
    run.rules = {"to_complete": 80}
    db.session.commit()
    editor.send(address, {"completed": [first]})
    assert [fresh(each) for each in finished] == [
        State.COMPLETED, State.NOT_COMPLETED, State.NOT_COMPLETED,
    ]  # fmt: skip
    assert not any(each.reason for each in finished)


def test_a_result_against_the_rule_needs_a_reason_that_only_theirs_keeps(editor, run, finished):
    first, second, third = finished
    address = url(run, f"runs/{run.id}/results")
    wanted = {"completed": [str(first.id), str(second.id)]}
    page = read(editor.send(address, wanted, status=409))
    assert ticked(page) == wanted["completed"]
    assert fresh(second) is State.ENROLLED
    editor.send(address, {**wanted, "reason": "Đã học bù ba buổi"})
    assert (fresh(second), second.reason) == (State.COMPLETED, "Đã học bù ba buổi")
    assert (fresh(third), third.reason, first.reason) == (State.NOT_COMPLETED, "", "")


def test_the_rule_somebody_agreed_to_never_becomes_harder(editor, run, finished):
    """Who enrolled under 60 per cent completes with three of five sessions under 90 as well."""
    first, second, _third = finished
    second.terms = {**second.terms, "to_complete": 60}
    run.rules = {"to_complete": 90}
    db.session.commit()
    page = editor.page(url(run, f"runs/{run.id}/results"))
    assert ticked(page) == [str(first.id), str(second.id)]
    assert "60%" in page.select_one("table").text
    editor.send(url(run, f"runs/{run.id}/results"), {"completed": ticked(page)})
    assert (fresh(second), second.reason) == (State.COMPLETED, "")
    (told,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "run.results"))
    assert told.details == {"completed": 2, "on_list": 3, "against_rule": 0}


def test_the_rule_is_told_before_anybody_enrols_and_kept_with_the_place(client):
    start = clock.today() + timedelta(days=9)
    coming = RunFactory(
        rules={"to_complete": 70}, starts_on=start, ends_on=start + timedelta(days=30)
    )
    page = client.page(f"/vi/courses/{coming.course_id}-{course_slug(coming.course)}")
    assert "ít nhất 70% số buổi" in page.text
    place = enrol(coming)
    assert place.terms["to_complete"] == 70


def test_a_run_without_sessions_is_completed_by_its_parts(editor, run):
    run.mode, run.starts_on, run.ends_on = Mode.SELF_PACED, clock.today(), clock.today()
    run.capacity = None
    db.session.commit()
    place, other = enrol(run, "Lê An"), enrol(run, "Lê Ba")
    assert place.terms["to_complete"] == 80
    for session in run.sessions:
        db.session.delete(session)
    units = [RunUnit(run_id=run.id, position=at, title_vi=f"Bài {at}") for at in range(5)]
    db.session.add_all(units)
    db.session.flush()
    done = [(place, 4), (other, 3)]
    for whose, count in done:
        db.session.add_all(
            UnitDone(unit_id=unit.id, enrolment_id=whose.id) for unit in units[:count]
        )
    db.session.commit()
    page = editor.page(url(run, f"runs/{run.id}/results"))
    assert ticked(page) == [str(place.id)]
    assert "80%" in page.select_one("dl.summary").text


def test_whoever_never_came_may_enrol_again(editor, run, finished):
    """Not having come is told by attendance; it is no state, and bars nobody."""
    never = finished[2]
    editor.send(url(run, f"runs/{run.id}/results"), {"completed": [str(finished[0].id)]})
    again = RunFactory(course=run.course)
    assert operations.enrol(never.person_id, again.id).state is State.ENROLLED


def test_an_ended_place_of_the_same_person_blocks_no_attendance(run):
    first = enrol(run)
    operations.withdraw(first.id)
    again = operations.enrol(first.person_id, run.id)
    start = clock.now() + timedelta(minutes=5)
    held = SessionFactory(run=run, starts_at=start, ends_at=start + timedelta(hours=1))
    for version in range(2):
        sheet = operations.record_register(held.id, [again.id], version, version, None)
    assert sheet.version == 2
    marks = db.session.scalars(select(Attendance.enrolment_id)).all()
    assert marks == [again.id]


def test_fees_are_paid_at_the_desk_for_several_at_once(editor, run):
    run.fee, run.capacity = 500_000, None
    db.session.commit()
    first, second = enrol(run, "Lê An"), enrol(run, "Lê Út")
    elsewhere = enrol(RunFactory(fee=100_000))
    address = url(run, f"runs/{run.id}/fees")
    assert "1.000.000" in editor.page(address).text
    editor.send(address, {"paid": [str(first.id), str(elsewhere.id)]})
    db.session.expire_all()
    assert [each.fee_status for each in (first, second, elsewhere)] == ["paid", "due", "due"]
    assert "500.000" in editor.page(url(run, f"runs/{run.id}/roster")).text


@pytest.mark.parametrize("page", ["approve", "fees", "results"])
def test_numbers_no_row_can_have_mark_nobody(editor, run, page):
    marked = dict.fromkeys(("marked", "paid", "completed"), str(2**70))
    editor.send(
        url(run, f"runs/{run.id}/{page}"), marked, page=url(run, f"runs/{run.id}/roster"),
        status=409 if page == "results" else 303,
    )  # fmt: skip


def test_a_fee_is_waived_only_for_a_reason_and_a_mistake_can_be_undone(editor, run):
    run.fee = 500_000
    db.session.commit()
    place = enrol(run)
    editor.send(desk(place, "fee"), {"what": "waived"}, status=409)
    db.session.expire_all()
    assert place.fee_status == "due"
    editor.send(desk(place, "fee"), {"what": "waived", "reason": "Hộ nghèo"})
    db.session.expire_all()
    assert (place.fee_status, place.fee_reason) == ("waived", "Hộ nghèo")
    editor.send(desk(place, "fee"), {"what": "again", "reason": "Nhầm người"})
    db.session.expire_all()
    assert place.fee_status == "due"


def tasks_of(client, run):
    return client.page(url(run, "today"))


def test_a_class_below_its_minimum_is_asked_about_and_never_cancelled_by_itself(editor, run):
    run.minimum, run.decide_on = 2, clock.today()
    db.session.commit()
    enrol(run)
    with transaction():
        jobs.emit(jobs.DayBegan(clock.today().isoformat()))
    jobs.work(once=True)
    db.session.expire_all()
    assert run.status is RunStatus.PLANNED
    page = tasks_of(editor, run)
    assert "1 trên 2" in page.text or "1 / 2" in page.text or "1 of 2" in page.text
    assert page.select(f"a[href$='/runs/{run.id}/go-ahead']")
    assert page.select(f"a[href$='/runs/{run.id}/cancel']")
    enrol(run, "Lê Ba")
    assert not tasks_of(editor, run).select("a[href$='/go-ahead']")


def test_a_class_is_not_asked_about_long_before_its_day_or_after_the_decision(editor, run):
    run.minimum, run.decide_on = 2, clock.today() + timedelta(days=8)
    run.starts_on = run.ends_on = clock.today() + timedelta(days=30)
    db.session.commit()
    assert not tasks_of(editor, run).select("a[href$='/go-ahead']")
    run.decide_on -= timedelta(days=1)
    db.session.commit()
    assert tasks_of(editor, run).select("a[href$='/go-ahead']")
    run.decide_on, run.going_ahead_at = clock.today(), clock.now()
    db.session.commit()
    assert not tasks_of(editor, run).select("a[href$='/go-ahead']")


def test_today_names_what_waits_for_an_answer(editor, run, at_most):
    ask_for_approval(run)
    enrol(run)
    paying = RunFactory(course=run.course, fee=100_000, starts_on=clock.today())
    enrol(paying)
    start = clock.now()
    SessionFactory(run=paying, starts_at=start, ends_at=start + timedelta(hours=1))
    over = RunFactory(course=CourseFactory(provider=run.course.provider))
    enrol(over)
    over.starts_on = over.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    queue = RunFactory(course=CourseFactory(provider=run.course.provider), capacity=1)
    first = enrol(queue)
    enrol(queue)
    operations.withdraw(first.id)
    address = url(run, "today")
    with at_most(7):
        page = editor.page(address)
    links = {
        link["href"].rpartition("/runs/")[2] for link in page.select("main li > a[href*=runs]")
    }
    assert links == {
        f"{run.id}/roster", f"{paying.id}/fees", f"{over.id}/results", f"{queue.id}/roster",
    }  # fmt: skip


def test_attendance_can_be_corrected_whatever_has_become_of_the_class(editor, run):
    """No rule of enrolling is asked again: the register says what happened."""
    place = enrol(run)
    start = clock.now() - timedelta(hours=2)
    held = SessionFactory(run=run, starts_at=start, ends_at=start + timedelta(hours=1))
    place.seated_at = start - timedelta(days=1)
    run.capacity, run.fee, run.minimum = 0, 100_000, 50
    run.enrol_until = run.enrol_from
    run.course.status = CourseStatus.WITHDRAWN
    db.session.commit()
    address = url(run, f"sessions/{held.id}/attendance")
    for version, marks in enumerate(({f"mark-{place.id}": "present"}, {})):
        editor.send(address, {**marks, "headcount": "0", "version": str(version)})
    mark = db.session.scalars(select(Attendance)).one()
    assert mark.status is AttendanceStatus.ABSENT


def test_two_seats_more_are_two_offers_and_saving_again_offers_nothing(editor, run):
    for number in range(5):
        enrol(run, f"Lê {number}")
    address = url(run, f"runs/{run.id}")
    page = editor.page(address)
    form = page.select_one("main form:has(input[name=capacity])")
    sent = {box["name"]: box.get("value", "") for box in form.select("input[name]")}
    sent |= {each["name"]: each.select_one("option[selected]")["value"]
             for each in form.select("select")}  # fmt: skip
    for _time in range(2):
        editor.send(address, {**sent, "capacity": "4"})
        jobs.work(once=True)
    db.session.expire_all()
    states = [each.state for each in db.session.scalars(select(Enrolment).order_by(Enrolment.id))]
    assert states == [*[State.ENROLLED] * 2, *[State.OFFERED] * 2, State.WAITING]
    assert (run.seats_taken, run.waiting) == (4, 1)
