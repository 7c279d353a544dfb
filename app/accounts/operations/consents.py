"""Giving and withdrawing consent, with the proof the data law asks for."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.errors import NotWithdrawable
from app.accounts.events import ConsentWithdrawn
from app.accounts.models import Consent, GroupsAnswer, Person, PersonGroup
from app.accounts.rights import purposes
from app.accounts.rights.purposes import Purpose
from app.core import audit, clock, jobs
from app.core.db import add_at_end, transaction


def record_consent(
    person_id: int,
    purpose: str,
    *,
    language: str,
    channel: str,
    values: dict[str, str] | None = None,
    recorded_by_id: int | None = None,
    given_by_id: int | None = None,
    child_agreed: bool | None = None,
    note: str = "",
) -> Consent:
    """Keep proof of what was agreed to, in which words, by which way and by whom.

    A consent that stands for the same words is not given twice.

    Args:
        values: what the words were filled in with, such as the provider's name.
        given_by_id: the parent or guardian who agreed for the person.
        child_agreed: what a child of seven or more said.
    """
    about = purposes.by_code(purpose)
    with transaction() as session:
        digest = about.digest(language, **(values or {}))
        if about.is_optional and (standing := _standing(session, person_id, about, digest)):
            return standing
        consent = Consent(
            person_id=person_id, language=language, channel=channel, given_by_id=given_by_id,
            child_agreed=child_agreed, recorded_by_id=recorded_by_id, note=note,
            **_words(about, digest),
        )  # fmt: skip
        session.add(consent)
        _note(about, person_id, recorded_by_id)
        return consent


def record_agreement(
    person_id: int,
    about: Purpose,
    *,
    language: str,
    channel: str,
    values: dict[str, str],
    recorded_by_id: int | None = None,
    given_by_id: int | None = None,
    child_agreed: bool | None = None,
) -> None:
    """As `record_consent`, of words that are agreed to anew each time: they name a provider."""
    with transaction():
        add_at_end(
            Consent, person_id=person_id, language=language, channel=channel,
            given_by_id=given_by_id, child_agreed=child_agreed, recorded_by_id=recorded_by_id,
            **_words(about, about.digest(language, **values)),
        )  # fmt: skip
        _note(about, person_id, recorded_by_id)


def _words(about: Purpose, digest: str) -> dict[str, str]:
    return {
        "purpose": about.code, "text_version": about.version, "text_digest": digest,
        "request_id": audit.request_id(),
    }  # fmt: skip


def _note(about: Purpose, person_id: int, by_id: int | None) -> None:
    audit.record(
        "consent.given", "person", person_id, by_id, person_id=person_id,
        purpose=about.code, version=about.version,
    )  # fmt: skip


def withdraw_consent(person_id: int, purpose: str, by_id: int | None = None) -> bool:
    """End a consent and all that is done because of it, in one transaction; False: none stood.

    Raises:
        NotWithdrawable: the use rests on what the person asked for: they give up the place, or
            have their data deleted.
    """
    about = purposes.by_code(purpose)
    if not about.is_optional:
        raise NotWithdrawable
    with transaction() as session:
        mine = update(Consent).where(
            Consent.person_id == person_id,
            Consent.purpose == about.code,
            Consent.withdrawn_at.is_(None),
        )
        ended = session.scalars(mine.values(withdrawn_at=clock.now()).returning(Consent.id)).all()
        if not ended:
            return False
        if about is purposes.GROUP_STATISTICS:
            _forget_groups(session, person_id)
        audit.record(
            "consent.withdrawn", "person", person_id, by_id, person_id=person_id, purpose=about.code
        )
        jobs.emit(ConsentWithdrawn(person_id, about.code))
        return True


def _standing(session: Session, person_id: int, about: Purpose, digest: str) -> Consent | None:
    """The person's row is held, so that two clicks give one consent."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    return session.scalar(
        select(Consent).where(
            Consent.person_id == person_id,
            Consent.purpose == about.code,
            Consent.text_digest == digest,
            Consent.withdrawn_at.is_(None),
        )
    )


def _forget_groups(session: Session, person_id: int) -> None:
    """They were kept for this purpose alone."""
    session.execute(delete(PersonGroup).where(PersonGroup.person_id == person_id))
    answer = {"groups_answer": GroupsAnswer.DECLINED}
    session.execute(update(Person).where(Person.id == person_id).values(answer))
