"""An organisation applies: nobody else sees it, the city decides once, its documents stay shut."""

import io
import shutil
from dataclasses import replace

import pytest

from app.accounts import queries as accounts
from app.accounts.contacts import Contact
from app.core.access import CityRole, ProviderRole
from app.core.db import db, transaction
from app.core.i18n import Bilingual
from app.notices.models import Message
from app.providers import queries as providers
from app.providers.applying import deciding, documents, operations, queries
from app.providers.applying.documents import Upload
from app.providers.applying.operations import ApplicationFields
from app.providers.errors import DecidedAlready, FileTooBig, TooManyFiles, UnknownKind
from app.providers.models import Application, ApplicationState, Provider
from tests.codes import code_sent_to
from tests.factories import AccountFactory, GrantFactory, ProviderTypeFactory, WardFactory

PDF = b"%PDF-1.7 licence"
MAIL = "chi.lan@example.org"


@pytest.fixture(autouse=True)
def _empty_folder(app):
    shutil.rmtree(documents.folder(), ignore_errors=True)


@pytest.fixture
def fields(app) -> ApplicationFields:
    return ApplicationFields(
        type_id=ProviderTypeFactory().id, name=Bilingual("Trung tâm Bình An"),
        unit_id=WardFactory().id, address="12 Nguyễn Văn Cừ", contact_name="Lan",
        phone="+84912345678", email="", licence_no="12/QĐ", about="Dạy tin học.",
    )  # fmt: skip


def begun(contact: str = MAIL) -> Application:
    found = Contact.read(contact)
    assert found is not None
    return operations.begin(found, "vi")


def sent(fields: ApplicationFields, contact: str = MAIL) -> Application:
    draft = begun(contact)
    operations.add_documents(draft.id, [Upload("Giấy phép.pdf", PDF)])
    operations.send(draft.id, fields, draft.version)
    return db.session.get_one(Application, draft.id)


@pytest.fixture
def editor(app):
    return GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account


def test_the_form_sent_twice_makes_one_application(fields):
    draft = begun()
    version = draft.version
    first = operations.send(draft.id, fields, version)
    again = operations.send(draft.id, fields, version)
    other = operations.begin_another(MAIL, "vi")
    third = operations.send(other.id, fields, other.version)
    assert first == again == third
    rows = db.session.query(Application).all()
    assert [(each.id, each.state) for each in rows] == [(first, ApplicationState.APPLIED)]
    assert len(rows[0].steps) == 1


def test_of_two_staff_who_decide_at_once_the_second_is_told(fields, editor, at_once):
    application = sent(fields)
    key, version, by_id = application.id, application.version, editor.id
    said = at_once(
        [
            lambda: deciding.approve(key, version, by_id) and "done",
            lambda: deciding.refuse(key, "Thiếu giấy phép.", version, by_id) or "done",
        ]
    )
    assert sorted(said) == ["decided_already", "done"]
    assert db.session.query(Provider).count() == (said[0] == "done")


def test_an_answer_makes_another_version_and_the_old_one_is_not_decided_about(fields, editor):
    application = sent(fields)
    seen = application.version
    deciding.ask_back(application.id, "Giấy phép số mấy?", seen, editor.id)
    with pytest.raises(DecidedAlready):
        deciding.approve(application.id, seen, editor.id)
    db.session.refresh(application)
    assert (application.state, application.question) == ("asked", "Giấy phép số mấy?")


def test_the_applicant_of_an_approved_one_is_its_owner_and_it_is_public_from_then_on(
    client, fields, editor
):
    application = sent(fields)
    address = "/vi/providers/trung-tam-binh-an"
    assert client.get(address).status_code == 404
    provider = deciding.approve(application.id, application.version, editor.id)
    assert client.get(address).status_code == 200
    owner = accounts.account_named(MAIL)
    assert owner is not None
    roles = [each.role for each in providers.memberships(owner.id).values()]
    assert (provider.slug, roles) == ("trung-tam-binh-an", [ProviderRole.OWNER])
    assert [each.venue.address for each in provider.sites] == ["12 Nguyễn Văn Cừ"]


def test_an_account_that_only_claims_the_contact_does_not_become_the_owner(fields, editor):
    claiming = AccountFactory(email=MAIL, email_proven_at=None, password_hash="x")
    application = sent(fields)
    deciding.approve(application.id, application.version, editor.id)
    assert providers.memberships(claiming.id) == {}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"MZ\x90 a program called licence.pdf", UnknownKind),
        (b"<html><script>", UnknownKind),
        (b"%PDF-" + b"x" * documents.MOST_BYTES, FileTooBig),
    ],
)
def test_a_document_is_what_its_first_bytes_say(app, content, refusal):
    draft = begun()
    with pytest.raises(refusal):
        operations.add_documents(draft.id, [Upload("licence.pdf", content)])
    assert list(documents.folder().glob("*")) == []


def test_there_are_few_documents_and_each_once(app):
    draft = begun()
    for number in (1, 1, 2, 3, 4, 5, 6):
        operations.add_documents(draft.id, [Upload("a.pdf", PDF + bytes([number]))])
    with pytest.raises(TooManyFiles):
        operations.add_documents(draft.id, [Upload("a.pdf", PDF + b"7")])
    assert len(list(documents.folder().iterdir())) == documents.MOST
    operations.remove_document(draft.id, db.session.get_one(Application, draft.id).files[0].id)
    assert len(list(documents.folder().iterdir())) == documents.MOST - 1


def test_documents_are_for_city_staff_alone_and_only_to_be_saved(app, fields, editor):
    application = sent(fields)
    file = application.files[0]
    address = f"/vi/staff/applications/{application.id}/files/{file.id}"
    other = sent(fields, "0912345678")
    for account, status in ((AccountFactory(), 403), (editor, 200)):
        assert app.test_client().sign_in(account).get(address).status_code == status
    assert app.test_client().get(address).status_code == 302
    staff = app.test_client().sign_in(editor)
    crossed = f"/vi/staff/applications/{other.id}/files/{file.id}"
    assert staff.get(crossed).status_code == 404
    answer = staff.get(address)
    assert answer.data == PDF
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_whoever_waits_can_apply_for_another_organisation_and_finds_the_first(client, fields):
    first = sent(fields)
    second = begun()
    assert second.id != first.id
    page = client.page(f"/vi/providers/apply/{queries.key_of(second.id)}")
    assert queries.key_of(first.id) in str(page)


def test_the_applicant_hears_of_every_step_with_the_way_to_it(fields, editor, run_jobs):
    application = sent(fields)
    key = application.id
    deciding.ask_back(key, "Giấy phép số mấy?", application.version, editor.id)
    again = db.session.get_one(Application, key)
    answered = replace(fields, answer="Số 12.")
    operations.send(key, answered, again.version)
    deciding.refuse(key, "Giấy phép hết hạn.", again.version, editor.id)
    run_jobs()
    letters = [each.body for each in db.session.query(Message).order_by(Message.id)]
    assert len(letters) == 4
    assert "Giấy phép số mấy?" in letters[1]
    assert "Giấy phép hết hạn." in letters[3]
    assert all(f"/vi/providers/apply/{queries.key_of(key)}" in each for each in letters)


def test_a_draft_and_a_guessed_address_are_not_there(app, editor):
    draft = begun()
    staff = app.test_client().sign_in(editor)
    assert staff.get(f"/vi/staff/applications/{draft.id}").status_code == 404
    key = queries.key_of(draft.id)
    wrong = ("A" if key[0] != "A" else "B") + key[1:]
    assert staff.get(f"/vi/providers/apply/{wrong}").status_code == 404


def test_an_organisation_applies_answers_and_is_approved(app, fields, editor):
    """As people do it, from the proof of a mailbox to the first sign-in of the owner."""
    browser = app.test_client()
    browser.send("/vi/providers/apply", {"name": MAIL})
    code = code_sent_to(Contact.read(MAIL))
    answer = browser.send("/vi/providers/apply/code", {"code": code})
    page = answer.location
    typed = {
        "type_id": str(fields.type_id), "name_vi": "Trung tâm Bình An",
        "ward": WardFactory().name_vi, "address": "12 Nguyễn Văn Cừ",
        "contact_name": "Lan", "version": "1",
    }  # fmt: skip
    files = {"files": (io.BytesIO(PDF), "../../giấy phép.pdf")}
    browser.send(page, typed | {"name_vi": ""} | files, status=422)
    assert "giấy phép.pdf" in browser.page(page).get_text()
    browser.send(page, typed)
    browser.send(page, typed)
    application = db.session.query(Application).one()
    staff = app.test_client().sign_in(editor)
    desk = f"/vi/staff/applications/{application.id}"
    assert "Trung tâm Bình An" in staff.page("/vi/staff/applications").get_text()
    staff.send(desk, {"decision": "ask", "words": "", "version": "2"}, status=422)
    staff.send(desk, {"decision": "ask", "words": "Có phòng máy không?", "version": "2"})
    assert "Có phòng máy không?" in browser.page(page).get_text()
    browser.send(page, typed | {"version": "3"}, status=422)
    browser.send(page, typed | {"version": "3", "answer": "Có 20 máy."})
    staff.send(desk, {"decision": "approve", "version": "3"}, status=422)
    staff.send(desk, {"decision": "approve", "version": "4"})
    assert "/vi/providers/trung-tam-binh-an" in str(browser.page(page))


def test_documents_stay_when_what_deletes_them_is_taken_back(fields):
    application = sent(fields)
    with pytest.raises(ZeroDivisionError), transaction() as session:
        operations.erase(session, [application])
        raise ZeroDivisionError
    [kept] = db.session.get_one(Application, application.id).files
    assert documents.read(kept) == PDF
    with transaction() as session:
        operations.erase(session, [db.session.get_one(Application, application.id)])
    assert list(documents.folder().iterdir()) == []
