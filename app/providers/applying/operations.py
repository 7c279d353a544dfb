"""What an applicant does: begins, adds documents, sends, answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact
from app.core import audit, clock, jobs, throttle
from app.core.db import after_commit, breaks, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines, fold
from app.providers.applying import documents
from app.providers.applying.documents import Upload
from app.providers.errors import AnswerLacking, NotWithYou
from app.providers.events import ApplicationMoved
from app.providers.models import (
    Application,
    ApplicationFile,
    ApplicationState,
    ApplicationStep,
    ApplicationStepKind,
)

OF_ONE_CONTACT_A_DAY = 5
DRAFTS_KEPT = timedelta(days=14)
REFUSED_KEPT = timedelta(days=365)
_A_DAY = 24 * 60
_TO_GO_ON_WITH = (ApplicationState.DRAFT, ApplicationState.ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFields:
    """What an organisation says of itself."""

    type_id: int
    name: Bilingual
    unit_id: int
    address: str
    contact_name: str
    phone: str | None
    email: str
    licence_no: str
    about: str
    answer: str = ""


def begin(contact: Contact, language: str) -> Application:
    """The application somebody with this proved contact goes on with, or an empty one.

    One that waits for the city stands on the page of the next.

    Raises:
        TooManyAttempts: too many were begun with this contact today.
    """
    with transaction() as session:
        mine = select(Application).where(
            Application.contact == contact.value, Application.state.in_(_TO_GO_ON_WITH)
        )
        found = session.scalar(mine.order_by(Application.id.desc()).limit(1))
    return found or begin_another(contact.value, language)


def begin_another(contact: str, language: str) -> Application:
    """An empty application; nobody else sees it before it is sent.

    Raises:
        TooManyAttempts: too many were begun with this contact today.
    """
    throttle.check("application", contact, OF_ONE_CONTACT_A_DAY, _A_DAY)
    with transaction() as session:
        application = Application(contact=contact, language=language)
        session.add(application)
        session.flush()  # gives the number in its address
        return application


def add_documents(application_id: int, uploads: Sequence[Upload]) -> None:
    """Keep these files; the same file twice is one.

    Raises:
        NotWithYou: it is with the city at the moment.
        UnknownKind, FileTooBig, TooManyFiles: nothing was kept.
    """
    if not uploads:
        return
    stored = documents.store(uploads)
    doubled = list(stored)
    try:
        with transaction() as session:
            _with_applicant(session, application_id)
            doubled = documents.add_rows(session, application_id, stored)
    except BaseException:
        documents.drop([each.stored for each in stored])
        raise
    documents.drop([each.stored for each in doubled])


def remove_document(application_id: int, file_id: int) -> None:
    """Take one back; one that is gone already is no error.

    Raises:
        NotWithYou: it is with the city at the moment.
    """
    with transaction() as session:
        _with_applicant(session, application_id)
        file = session.get(ApplicationFile, file_id)
        if file is None or file.application_id != application_id:
            return
        stored = file.stored
        session.delete(file)
        after_commit(lambda: documents.drop([stored]))


def send(application_id: int, fields: ApplicationFields, version: int) -> int:
    """Hand it to the city; the number of the application that stands.

    The same organisation sent twice by the same contact is one application: the first. Sending
    again what was sent already changes nothing.

    Raises:
        ChangedMeanwhile: another window saved it first.
        AnswerLacking: the city asked something.
    """
    try:
        with transaction() as session:
            application = session.get_one(Application, application_id, with_for_update=True)
            if application.state is ApplicationState.APPLIED:
                return application_id
            if not application.is_with_applicant:
                raise NotWithYou
            if application.version != version:
                raise ChangedMeanwhile
            if application.state is ApplicationState.ASKED and not fields.answer:
                raise AnswerLacking
            _fill(application, fields)
            _hand_in(session, application)
            return application_id
    except IntegrityError as error:
        names = [f"provider_applications.{name}" for name in ("contact", "name_key", "unit_id")]
        if not breaks(error, "uq_provider_applications_waiting", *names):
            raise
    return _first_of_the_same(application_id, fields)


def forget_old(session: Session, most: int) -> int:
    """Drafts nobody sent, and refused applications after a year; how many."""
    now = clock.now()
    drafts = (Application.state == ApplicationState.DRAFT) & (
        Application.created_at < now - DRAFTS_KEPT
    )
    refused = (Application.state == ApplicationState.REFUSED) & (
        Application.decided_at < now - REFUSED_KEPT
    )
    old = session.scalars(select(Application).where(drafts | refused).limit(most)).all()
    erase(session, old)
    return len(old)


def erase(session: Session, applications: Sequence[Application]) -> None:
    """The applications with all that was sent with them."""
    stored = [file.stored for application in applications for file in application.files]
    after_commit(lambda: documents.drop(stored))
    ids = [application.id for application in applications]
    for table in (ApplicationFile, ApplicationStep):
        session.execute(delete(table).where(table.application_id.in_(ids)))
    session.execute(delete(Application).where(Application.id.in_(ids)))


def step(
    session: Session,
    application: Application,
    kind: ApplicationStepKind,
    words: str = "",
    by_id: int | None = None,
) -> None:
    """Keep the step, and have the applicant told."""
    made = ApplicationStep(application_id=application.id, kind=kind, words=words, by_id=by_id)
    session.add(made)
    session.flush()  # the event carries its number
    audit.record(f"application.{kind}", "application", application.id, by_id)
    jobs.emit(ApplicationMoved(application.id, made.id))


def _with_applicant(session: Session, application_id: int) -> Application:
    application = session.get_one(Application, application_id, with_for_update=True)
    if not application.is_with_applicant:
        raise NotWithYou
    return application


def _fill(application: Application, fields: ApplicationFields) -> None:
    application.name_vi, application.name_en = clean(fields.name.vi), clean(fields.name.en)
    application.name_key = fold(application.name_vi)[:200]
    application.type_id, application.unit_id = fields.type_id, fields.unit_id
    application.phone = fields.phone
    for name in ("address", "contact_name", "email", "licence_no"):
        setattr(application, name, clean(getattr(fields, name)))
    application.about = clean_lines(fields.about)
    application.answer = clean_lines(fields.answer)


def _hand_in(session: Session, application: Application) -> None:
    is_answer = application.state is ApplicationState.ASKED
    application.state = ApplicationState.APPLIED
    application.sent_at = application.sent_at or clock.now()
    application.version += 1
    session.flush()  # the index of waiting applications answers here
    kind = ApplicationStepKind.ANSWERED if is_answer else ApplicationStepKind.SENT
    step(session, application, kind, application.answer if is_answer else "")


def _first_of_the_same(application_id: int, fields: ApplicationFields) -> int:
    """The one that waits already takes the place of this draft."""
    with transaction() as session:
        draft = session.get_one(Application, application_id)
        same = select(Application.id).where(
            Application.contact == draft.contact,
            Application.name_key == fold(clean(fields.name.vi))[:200],
            Application.unit_id == fields.unit_id,
            Application.state.in_((ApplicationState.APPLIED, ApplicationState.ASKED)),
        )
        first = session.scalars(same).one()
        erase(session, [draft])
        return first
