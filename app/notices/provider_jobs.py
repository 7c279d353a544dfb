"""Letters to those who apply, are invited, or own a provider about which the city decided."""

from collections.abc import Callable, Collection

from app.accounts.contacts import Contact
from app.accounts.models import Account
from app.catalogue.city_models import CourseTakedown
from app.catalogue.events import CourseTakedownMoved
from app.core import clock
from app.core.access import EDITING, ProviderRole
from app.core.db import db, end_reading
from app.core.i18n import speaking
from app.core.jobs import handles
from app.core.keys import keyed_hash, unseal
from app.notices import operations
from app.notices.wording import Words
from app.notices.wording import providers as wording
from app.providers import queries as providers
from app.providers.applying import queries as applying
from app.providers.events import ApplicationMoved, MemberInvited, ProviderMoved
from app.providers.inviting import operations as inviting
from app.providers.models import (
    Application,
    ApplicationStep,
    ApplicationStepKind,
    Invitation,
    ProviderStep,
    ProviderStepKind,
)
from app.providers.words import ROLES
from app.resources.events import ResourceTakedownMoved
from app.resources.models import ResourceTakedown

_OWNERS = frozenset({ProviderRole.OWNER})
_SHORT = 20


@handles(ApplicationMoved)
def tell_the_applicant(event: ApplicationMoved) -> None:
    """Every step, in the language in which the application was begun."""
    application = db.session.get(Application, event.application_id)
    step = db.session.get(ApplicationStep, event.step_id)
    contact = Contact.read(application.contact) if application else None
    if application is None or step is None or contact is None:
        return
    with speaking(application.language):
        words = _of_step(application, step)
    operations.write_to(contact, f"application-{_mark('application', step.id)}", words)


@handles(MemberInvited, network=True)
def send_invitation(event: MemberInvited) -> None:
    """At once and kept nowhere: the letter holds what opens the door."""
    invitation = db.session.get(Invitation, event.invitation_id)
    is_same = invitation is not None and invitation.invited_at.isoformat() == event.at
    if invitation is None or not is_same or not invitation.sealed:
        return
    contact = Contact.read(unseal(invitation.sealed))
    if contact is None or invitation.expires_at <= clock.now():
        return
    with speaking(invitation.language):
        key, role = inviting.key_of(invitation.id), str(ROLES[invitation.role])
        words = wording.invited(invitation.provider.name, role, key)
    mark = _mark("invitation", f"{event.invitation_id}|{event.at}")
    end_reading()
    operations.hand_over(contact, f"invitation-{mark}", words)


@handles(ProviderMoved)
def tell_the_owners(event: ProviderMoved) -> None:
    """Those of the provider, and of the one that takes it over."""
    step = db.session.get(ProviderStep, event.step_id)
    if step is None:
        return
    ids = [step.provider_id, *([step.successor_id] if step.successor_id else [])]
    _write_to_staff(ids, _OWNERS, f"provider-{step.id}", lambda: _of_decision(step))


@handles(CourseTakedownMoved)
def tell_of_a_course(event: CourseTakedownMoved) -> None:
    takedown = db.session.get(CourseTakedown, event.takedown_id)
    if takedown is None or (takedown.lifted_at is not None) != event.lifted:
        return
    course = takedown.course
    path = ("provider", course.provider.slug, "courses", course.id)
    say = wording.let_go if event.lifted else wording.taken_down
    reason = takedown.lifted_reason if event.lifted else takedown.reason
    _write_to_staff(
        [course.provider_id], EDITING, f"course-{takedown.id}-{event.lifted}",
        lambda: say(course.title, reason, path),
    )  # fmt: skip


@handles(ResourceTakedownMoved)
def tell_of_a_resource(event: ResourceTakedownMoved) -> None:
    takedown = db.session.get(ResourceTakedown, event.takedown_id)
    if takedown is None or (takedown.lifted_at is not None) != event.lifted:
        return
    resource = takedown.resource
    path = ("provider", resource.provider.slug, "resources")
    say = wording.let_go if event.lifted else wording.taken_down
    reason = takedown.lifted_reason if event.lifted else takedown.reason
    _write_to_staff(
        [resource.provider_id], EDITING, f"resource-{takedown.id}-{event.lifted}",
        lambda: say(resource.title, reason, path),
    )  # fmt: skip


def _of_step(application: Application, step: ApplicationStep) -> Words:
    name, key = application.name.text(), applying.key_of(application.id)
    if step.kind is ApplicationStepKind.SENT:
        return wording.application_received(name, key)
    if step.kind is ApplicationStepKind.ANSWERED:
        return wording.answer_received(name, key)
    if step.kind is ApplicationStepKind.ASKED:
        return wording.application_asked(name, step.words, key)
    if step.kind is ApplicationStepKind.APPROVED:
        return wording.application_approved(name)
    return wording.application_refused(name, step.words, key)


def _of_decision(step: ProviderStep) -> Words:
    name = step.provider.name
    if step.kind is ProviderStepKind.MERGED and step.successor is not None:
        news, more = wording.merged(name, step.successor.name)
    else:
        says = {
            ProviderStepKind.SUSPENDED: wording.suspended,
            ProviderStepKind.LIFTED: wording.lifted,
        }
        news, more = says.get(step.kind, wording.closed)(name)
    return wording.provider_moved(name, news, step.reason, more)


def _write_to_staff(
    provider_ids: Collection[int], roles: frozenset[ProviderRole], key: str,
    say: Callable[[], Words],
) -> None:  # fmt: skip
    """Each once, in their own language."""
    told: dict[int, Account] = {}
    for provider_id in provider_ids:
        told |= {each.id: each for each in providers.accounts_of(provider_id, roles)}
    for account in told.values():
        to = Contact.read(account.email or account.phone or "")
        if to is None:
            continue
        with speaking(account.language):
            words = say()
        mark = _mark(key, account.id)
        operations.write_to(to, f"decision-{mark}", words, account.person_id)


def _mark(kind: str, key: object) -> str:
    """The same for every repeat of the same news, and telling nothing."""
    return keyed_hash(f"{kind}|{key}")[:_SHORT]
