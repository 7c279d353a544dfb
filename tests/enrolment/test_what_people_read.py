"""What people read on the pages of places: honest, in their words, no link twice the same."""

from app.catalogue.run_view import RunView
from app.core import clock
from app.core.i18n import speaking
from app.enrolment import operations
from app.enrolment.models import EnrolmentState as State
from tests.client import read
from tests.factories import (
    EnrolmentFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

HOA = {
    "full_name": "Lê Thị Hoa", "phone": "0912 345 678", "birth-year": "1985",
    "outside": "y", "sex": "female",
}  # fmt: skip
OTHERS = {
    "full_name_2": "Lê Gia Minh", "birth_2-year": "2015",
    "full_name_3": "Lê Ngọc An", "birth_3-year": "2017", "people": "3",
}  # fmt: skip
SEXES = {"sex_2": "male", "sex_3": "female"}


def send(client, run, status=303, step="check", **typed):
    return client.send(f"/vi/runs/{run.id}/enrol", {**typed, "step": step}, status=status)


def know(client, place):
    here = f"/vi/places/{place.code}"
    client.send(here, {"phone": place.person.phone})
    return here


def texts(links):
    return [" ".join(link.text.split()) for link in links]


def test_an_error_about_one_of_several_people_says_whose_it_is(client):
    page = read(send(client, RunFactory(), 422, **HOA, **OTHERS))
    said = texts(page.select(".error-summary a"))
    assert [words.split(":")[0] for words in said] == ["Người thứ 2", "Người thứ 3"]
    assert all(words in " ".join(page.form.text.split()) for words in said)


def test_a_party_reads_how_it_waits_before_it_sends(client):
    run = SessionFactory(run__capacity=1).run
    refused = read(send(client, run, 409, step="send", **HOA, **OTHERS, **SEXES))
    assert "mỗi người có số thứ tự riêng" in refused.main.text


def test_each_place_of_a_family_has_a_link_of_its_own_name(client):
    run = SessionFactory(run__capacity=9).run
    answer = send(client, run, step="send", **HOA, **OTHERS, **SEXES)
    links = texts(client.page(answer.location).select(".ways a"))
    title = run.course.title_vi
    assert links == [f"Lê Gia Minh: {title}", f"Lê Ngọc An: {title}"]


def test_people_wait_in_the_order_of_the_form_and_its_first_sees_their_own_place(client):
    run = SessionFactory(run__capacity=0).run
    typed = {"full_name_4": "Lê An Bình", "birth_4-year": "2019", "sex_4": "male", "people": "4"}
    answer = send(client, run, step="send", **HOA, **OTHERS | typed, **SEXES, queue="1")
    page = client.page(answer.location)
    assert "Lê Thị Hoa" in page.select_one("dl").text
    assert "vị trí số 1." in page.main.text
    for number, link in enumerate(page.select(".ways a"), start=2):
        assert f"vị trí số {number}." in client.page(link["href"]).main.text


def test_each_class_to_move_to_has_a_link_of_its_own_name(client):
    run = SessionFactory().run
    for _ in range(2):
        SessionFactory(run__course=run.course)
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    links = client.page(f"{here}/move").select("a[href*='/move/']")
    assert len(links) == 2
    assert all(text.startswith("Chọn lớp này: ") for text in texts(links))


def test_who_moved_is_not_asked_back_into_the_class_they_left(client):
    run = SessionFactory().run
    other = SessionFactory(run__course=run.course).run
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    operations.transfer(place.id, other.id)
    assert not client.page(here).select(f"main a[href$='/runs/{run.id}/enrol']")


def test_nobody_is_said_to_have_a_seat_that_nobody_took(client):
    run = SessionFactory().run
    place = EnrolmentFactory(run=run, state=State.DECLINED, ended_at=clock.now())
    assert "đã dành cho" not in client.page(know(client, place)).main.text


def test_a_class_of_one_day_is_said_to_be_on_that_day(client):
    run = SessionFactory(run__starts_on=clock.today(), run__ends_on=clock.today()).run
    page = client.page(send(client, run, **HOA).location)
    assert "Lớp học ngày" in page.main.text


def test_headings_of_the_class_list_say_what_stands_below(client):
    staff = StaffFactory()
    run = SessionFactory(run__course__provider=staff.provider, run__needs_approval=True).run
    operations.enrol(PersonFactory().id, run.id)
    client.sign_in(staff.account)
    page = client.page(f"/vi/provider/{staff.provider.slug}/runs/{run.id}/roster")
    assert "Báo đã nhận" not in page.main.text


def test_the_classes_of_a_course_have_buttons_of_their_own_names(client):
    course = SessionFactory().run.course
    for capacity in (0, 5):
        SessionFactory(run__course=course, run__capacity=capacity)
    page = client.page(client.get(f"/vi/courses/{course.id}-x").location)
    buttons = page.select("main a[href$='/enrol']")
    assert len(buttons) == len(set(texts(buttons))) == 3
    assert [h.text[:4] for h in page.select("main h3")] == ["Lớp "] * 2


def test_staff_are_offered_nothing_that_a_cancelled_class_refuses(client):
    staff = StaffFactory()
    run = SessionFactory(run__course__provider=staff.provider, run__status="cancelled").run
    client.sign_in(staff.account)
    here = f"/vi/provider/{staff.provider.slug}/runs/{run.id}"
    assert not client.page(here).select("main form")
    assert not client.page(f"{here}/roster").select("main a[href*='add=']")


def test_who_has_a_place_in_the_course_is_not_sent_to_be_refused_once_more(client):
    run = SessionFactory().run
    others = [SessionFactory(run__course=run.course).run for _ in range(2)]
    send(client, run, step="send", **HOA)
    refused = read(send(client, others[0], 409, step="send", **HOA))
    assert refused.select(".ways a")
    assert not refused.select(f".ways a[href$='/runs/{others[1].id}/enrol']")


def test_nobody_reads_until_when_to_enrol_in_a_cancelled_class(app):
    run = SessionFactory(run__status="cancelled").run
    with app.test_request_context(), speaking("en"):
        assert "Enrolment" not in dict(RunView(run, run.sessions).facts())
