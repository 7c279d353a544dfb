"""Reading applications."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db
from app.core.tokens import read_token, token
from app.core.vi import fold
from app.providers.models import (
    Application,
    ApplicationFile,
    ApplicationState,
    Provider,
    ProviderStatus,
)

TOKEN = "provider-application"  # noqa: S105 - the name of a purpose
_MOST_OTHERS = 20
_WHOLE = (
    joinedload(Application.type), joinedload(Application.unit), joinedload(Application.provider),
    selectinload(Application.files), selectinload(Application.steps),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which applications staff want to see."""

    state: ApplicationState | None = ApplicationState.APPLIED
    type_id: int | None = None
    q: str = ""


def key_of(application_id: int) -> str:
    """What the address of an application ends with; only the applicant's letters tell it."""
    return token(TOKEN, application_id)


def by_key(key: str) -> Application | None:
    """The application an applicant holds the address of."""
    application_id = read_token(TOKEN, key)
    return application(application_id) if application_id else None


def application(application_id: int) -> Application | None:
    return db.session.get(Application, application_id, options=_WHOLE)


def others_of(application: Application) -> Sequence[Application]:
    """What else was sent from the same phone or mailbox, the newest first."""
    same = select(Application).where(
        Application.contact == application.contact, Application.id != application.id,
        Application.state != ApplicationState.DRAFT,
    )  # fmt: skip
    return db.session.scalars(same.order_by(Application.id.desc()).limit(_MOST_OTHERS)).all()


def sent(wanted: Wanted) -> Select[Application]:
    """Applications as staff see them, those that wait longest first; never drafts."""
    found = select(Application).where(Application.state != ApplicationState.DRAFT)
    if wanted.state is not None:
        found = found.where(Application.state == wanted.state)
    if wanted.type_id is not None:
        found = found.where(Application.type_id == wanted.type_id)
    if wanted.q:
        said = or_(
            Application.name_key.contains(fold(wanted.q), autoescape=True),
            Application.licence_no.icontains(wanted.q, autoescape=True),
        )
        found = found.where(said)
    both = (joinedload(Application.type), joinedload(Application.unit))
    return found.options(*both).order_by(Application.sent_at, Application.id)


def how_many() -> dict[ApplicationState, int]:
    """Applications by state, without drafts."""
    counted = select(Application.state, func.count()).group_by(Application.state)
    found = {row[0]: row[1] for row in db.session.execute(counted)}
    found.pop(ApplicationState.DRAFT, None)
    return found


def alike(application: Application) -> list[Provider]:
    """Providers of the same ward whose name is the same without marks."""
    here = select(Provider).where(
        Provider.unit_id == application.unit_id, Provider.status != ProviderStatus.CLOSED
    )
    found = db.session.scalars(here.order_by(Provider.id))
    return [
        each
        for each in found
        if fold(each.name_vi) == application.name_key and each.id != application.provider_id
    ]


def file_of(application_id: int, file_id: int) -> ApplicationFile | None:
    """A document of this very application, once it was sent."""
    found = db.session.get(ApplicationFile, file_id)
    if found is None or found.application_id != application_id:
        return None
    return found
