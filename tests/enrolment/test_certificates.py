"""Certificates: frozen when issued, printable by their owner, checked by anybody, revocable."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.operations.erasure import erase
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations
from app.enrolment.certificates import issuing, queries, revoking
from app.enrolment.certificates.errors import NoLongerValid, NotCompleted, SameName
from app.enrolment.certificates.models import Certificate, Languages
from app.enrolment.certificates.paper import paper
from app.enrolment.certificates.views import WRONG_ONES
from app.enrolment.models import EnrolmentState as State
from app.notices.models import Message
from app.providers.errors import NotAtWork
from app.providers.standing import operations as standing
from tests.factories import (
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

PHONE = "+84912345678"


@pytest.fixture
def run(app):
    """Over since yesterday; it met twice."""
    today = clock.today()
    run = RunFactory(
        starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1),
        enrol_from=today - timedelta(days=30), enrol_until=today - timedelta(days=10),
    )  # fmt: skip
    for days in (9, 1):
        start = clock.now() - timedelta(days=days)
        SessionFactory(run=run, starts_at=start, ends_at=start + timedelta(hours=1, minutes=30))
    return run


def learner(run, name="Nguyễn Thị Mai", state=State.COMPLETED, phone=PHONE):
    return EnrolmentFactory(run=run, person=PersonFactory(full_name=name, phone=phone), state=state)


def issued(place, languages=Languages.BOTH):
    issuing.issue(place.run_id, [place.id], languages, None)
    return queries.of_place(place.id)


def code_of(place):
    return issued(place).code


def words(page):
    return page.select_one("main").get_text(" ", strip=True)


def check(client, code, status=200):
    return words(client.page(f"/x/{code}", status=status))


def test_anybody_checks_a_certificate_and_reads_the_name_masked(client, run):
    code = code_of(learner(run))
    said = check(client, code)
    assert "Giấy chứng nhận này có giá trị" in said
    assert "N*** T*** M***" in said
    assert "Mai" not in said
    assert run.course.title_vi in said
    assert run.course.provider.name_vi in said


def test_the_holder_reads_the_whole_name_and_prints_the_paper(client, run):
    place = learner(run)
    code = code_of(place)
    away = client.get(f"/vi/places/{place.code}/certificate.pdf")
    assert away.status_code == 303
    client.send(f"/vi/places/{place.code}", {"phone": "0912345678"})
    assert "Nguyễn Thị Mai" in check(client, code)
    page = client.page(f"/vi/places/{place.code}")
    link = page.select_one("a[href$='certificate.pdf']")["href"]
    mine = client.get(link)
    assert mine.mimetype == "application/pdf"
    assert mine.headers["Cache-Control"] == "no-store"


def test_the_check_page_speaks_the_language_of_the_browser_and_stays_out_of_search_engines(
    client, run
):
    code = code_of(learner(run))
    english = client.get(f"/x/{code}", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "This certificate is valid" in english.text
    assert '<html lang="en"' in english.text
    assert english.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert english.headers["Cache-Control"] == "no-store"
    chosen = client.get(f"/x/{code}?lang=vi", headers={"Accept-Language": "en"})
    assert "có giá trị" in chosen.text
    again = client.get(f"/x/{code}", headers={"Accept-Language": "en"})
    assert "có giá trị" in again.text
    assert "Disallow: /x/" in client.get("/robots.txt").text


def test_a_revoked_certificate_says_so_and_not_why(client, run):
    certificate = issued(learner(run))
    revoking.revoke(certificate.id, "Điểm danh nhầm của bà Hoa", None)
    said = check(client, certificate.code)
    assert "đã bị thu hồi" in said
    assert "Hoa" not in said
    assert queries.of_place(certificate.enrolment_id) is None
    with pytest.raises(NoLongerValid):
        revoking.revoke(certificate.id, "hai lần", None)


def test_wrong_codes_answer_alike_and_guessing_ends(client, run):
    code = code_of(learner(run))
    wrong = [code[:-1] + ("2" if code[-1] != "2" else "3"), "x", "0" * 400]
    assert len({check(client, each, status=404) for each in wrong}) == 1
    for _ in range(WRONG_ONES - len(wrong)):
        client.get("/x/ABCDEFGH")
    assert client.get("/x/ABCDEFGH").status_code == 429
    assert client.get(f"/x/{code}").status_code == 429


def test_a_typed_code_is_found_with_blanks_and_small_letters(client, run):
    code = code_of(learner(run))
    typed = f"{code[:4].lower()} {code[4:8]}-{code[8:]}"
    answer = client.get("/x/", query_string={"code": typed})
    assert answer.location.endswith(f"/x/{code}")


def test_what_a_certificate_says_stays_as_it_was_when_it_was_issued(client, run):
    place = learner(run)
    certificate = issued(place)
    before = paper([certificate])
    run.course.title_vi, run.course.provider.name_vi = "Tên mới", "Đơn vị mới"
    place.person.full_name = "Nguyễn Thị Mai Mới"
    run.starts_on -= timedelta(days=1)
    db.session.commit()
    assert paper([queries.of_place(place.id)]) == before
    said = check(client, certificate.code)
    assert "Tên mới" not in said
    assert "Đơn vị mới" not in said


def test_a_corrected_name_revokes_the_old_paper_which_leads_to_the_new(client, run):
    place = learner(run, "Nguyen Thi Mai")
    old = issued(place)
    with pytest.raises(SameName):
        issuing.reissue(old.id, "như cũ", None)
    assert old.is_valid
    place.person.full_name = "Nguyễn Thị Mai"
    db.session.commit()
    new = issuing.reissue(old.id, "Sửa tên", None)
    assert (new.full_name, new.earned_on, new.replaces_id) == (
        "Nguyễn Thị Mai", old.earned_on, old.id,
    )  # fmt: skip
    page = client.page(f"/x/{old.code}")
    assert page.select_one(f"main a[href='/x/{new.code}']")
    assert not page.select(f"main a[href='/x/{old.code}']")


def test_only_people_who_completed_the_class_get_one_and_each_one_only(run):
    done, not_done = learner(run), learner(run, "Lê Ba", State.NOT_COMPLETED)
    with pytest.raises(NotCompleted):
        issuing.issue(run.id, [done.id, not_done.id], Languages.VI, None)
    with pytest.raises(NotCompleted):
        issuing.issue(run.id, [learner(RunFactory()).id], Languages.VI, None)
    assert issuing.issue(run.id, [done.id], Languages.VI, None) == 1
    assert issuing.issue(run.id, [done.id], Languages.EN, None) == 0
    assert len(db.session.scalars(select(Certificate)).all()) == 1


def test_two_who_issue_at_once_issue_one_and_numbers_follow_one_another(run, at_once):
    places = [learner(run, f"Lê {n}", phone=None) for n in "ABCD"]
    elsewhere = learner(RunFactory(course=run.course))
    ids = [place.id for place in places]
    run_id, other = run.id, (elsewhere.run_id, elsewhere.id)
    db.session.rollback()
    calls = [
        lambda: issuing.issue(run_id, ids, Languages.VI, None),
        lambda: issuing.issue(other[0], [other[1]], Languages.VI, None),
    ]
    assert sum(at_once(calls * 2)) == 5
    serials = db.session.scalars(select(Certificate.serial).order_by(Certificate.serial)).all()
    assert serials == [1, 2, 3, 4, 5]


def test_whoever_has_not_completed_after_all_has_no_valid_certificate(run):
    place = learner(run)
    certificate = issued(place)
    operations.record_results(run.id, [], None, "Nhầm người")
    assert not db.session.get(Certificate, certificate.id).is_valid
    operations.record_results(run.id, [place.id], None)
    assert issued(place).id != certificate.id


def test_after_erasure_a_paper_can_be_checked_without_the_name(client, run):
    place = learner(run)
    certificate = issued(place)
    code, key = certificate.code, certificate.id
    erase(place.person_id, None)
    db.session.expire_all()
    said = check(client, code)
    assert "có giá trị" in said
    assert "N***" not in said
    assert db.session.get(Certificate, key).full_name == ""
    assert not queries.printable(run.id)


def test_the_paper_is_tagged_in_its_language_and_the_same_each_time(run):
    place = learner(run, "Nguyễn *Thị* #Mai")
    certificate = issued(place)
    first = paper([certificate])
    assert first == paper([certificate])
    assert b"/Lang" in first
    assert b"pdfuaid:part" in first
    assert b"/StructTreeRoot" in first
    english = learner(run, "Lê Ba")
    assert b"(en" in paper([issued(english, Languages.EN)])


def test_thirty_people_get_their_papers_in_one_file(client, run):
    editor = StaffFactory(provider=run.course.provider)
    client.sign_in(editor.account)
    places = [learner(run, f"Lê Thị {n}", phone=None) for n in range(30)]
    base = f"/vi/provider/{run.course.provider.slug}/runs/{run.id}/certificates"
    page = client.page(base)
    assert len(page.select("input[name=marked][checked]")) == 30
    marked = [str(place.id) for place in places]
    client.send(base, {"marked": marked, "languages": "both"})
    file = client.get(f"{base}.pdf?part=1")
    assert file.mimetype == "application/pdf"
    assert len(re.findall(rb"/Type\s*/Page\b", file.data)) == 30 or b"/Count 30" in file.data
    assert client.get(f"{base}.pdf?part=2").status_code == 404
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "certificate")
    ).all()
    assert actions == ["certificate.issue"] * 30


def test_staff_revoke_and_correct_one_and_those_of_another_provider_find_none(client, run):
    editor = StaffFactory(provider=run.course.provider)
    place = learner(run)
    certificate = issued(place)
    code, key = certificate.code, certificate.id
    own = f"/vi/provider/{run.course.provider.slug}/certificates/{code}"
    client.sign_in(editor.account)
    assert client.get(f"{own}.pdf").mimetype == "application/pdf"
    looks = select(AuditEntry.person_id).where(AuditEntry.action == "data.seen")
    assert db.session.scalars(looks).all() == [place.person_id], "a paper shows a name"
    assert not client.page(own).select("form[action$=reissue]")
    place.person.full_name = "Nguyễn Thị Mai Anh"
    db.session.commit()
    client.send(f"{own}/reissue", {}, page=own)
    db.session.expire_all()
    new = queries.of_place(place.id)
    assert new.full_name == "Nguyễn Thị Mai Anh"
    again = own.replace(code, new.code)
    client.send(f"{again}/revoke", {"reason": ""}, page=again, status=422)
    client.send(f"{again}/revoke", {"reason": "Thiếu buổi"}, page=again)
    db.session.expire_all()
    assert queries.of_place(place.id) is None
    listed = client.page(f"/vi/provider/{run.course.provider.slug}/runs/{run.id}/certificates")
    (box,) = listed.select("input[name=marked]")
    assert not box.has_attr("checked"), "whose certificate was revoked gets none by mistake"
    stranger = StaffFactory()
    client.sign_in(stranger.account)
    for path in ("", ".pdf"):
        theirs = f"/vi/provider/{stranger.provider.slug}/certificates/{code}{path}"
        assert client.get(theirs).status_code == 404
    assert key


def test_the_person_is_told_by_letter(run, run_jobs):
    place = learner(run)
    certificate = issued(place)
    run_jobs()
    (news,) = db.session.scalars(select(Message.body).where(Message.key.startswith("certificate")))
    assert place.code in news
    revoking.revoke(certificate.id, "Thiếu ba buổi", None)
    run_jobs()
    bodies = db.session.scalars(select(Message.body).where(Message.key.startswith("revoked")))
    assert "Thieu ba buoi" in bodies.one()


def test_a_provider_the_city_has_suspended_issues_none_and_what_was_issued_holds(client, run):
    first, second = learner(run), learner(run, "Trần Văn Nam", phone="+84912345679")
    code = code_of(first)
    by_id = GrantFactory().account_id
    standing.suspend(run.course.provider_id, "Giấy phép hết hạn.", by_id)
    with pytest.raises(NotAtWork):
        issuing.issue(run.id, [second.id], Languages.BOTH, None)
    assert "Giấy chứng nhận này có giá trị" in check(client, code)
    standing.lift(run.course.provider_id, "Đã gia hạn.", by_id)
    assert issued(second).is_valid
