"""Who is asking, what they may do, and loading an object only for a purpose.

Every view carries exactly one of the decorators below; a test refuses a view without.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

from flask import abort, current_app, g, redirect, request, url_for
from sqlalchemy.orm.interfaces import ORMOption

from app.core import clock
from app.core.db import Base, db
from app.core.gate import SAFE_METHODS

M = TypeVar("M", bound=Base)
View = Callable[..., Any]


class CityRole(StrEnum):
    CATALOGUE_EDITOR = "catalogue_editor"
    STATISTICIAN = "statistician"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"  # reads who did and saw what; changes nothing


class ProviderRole(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    TEACHER = "teacher"
    SUBSTITUTE = "substitute"  # takes the registers of the sessions they are named for


EDITING = frozenset({ProviderRole.OWNER, ProviderRole.EDITOR})
TEACHING = EDITING | {ProviderRole.TEACHER}
ATTENDING = frozenset(ProviderRole)
"""Whoever may have a register to take; a substitute's own views say which."""


@dataclass(frozen=True, slots=True)
class Membership:
    """One provider at which the actor works."""

    provider_id: int
    slug: str
    role: ProviderRole
    is_suspended: bool = False  # by the city: they publish and certify nothing


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever sent this request, with every role and its scope; a visitor has none."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    city_roles: frozenset[CityRole] = frozenset()
    communes: frozenset[int] = frozenset()
    memberships: Mapping[int, Membership] = field(default_factory=dict)
    half_account_id: int | None = None  # one factor shown where two are asked: still a visitor
    confirmed_at: datetime | None = None  # when they last proved to be there in person
    viewer_id: int | None = None  # who looks through these eyes, and may change nothing

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_city_staff(self) -> bool:
        return bool(self.city_roles)

    @property
    def edits_for_the_city(self) -> bool:
        """Whether they look after the city's catalogue."""
        return bool(self.city_roles & {CityRole.CATALOGUE_EDITOR, CityRole.ADMINISTRATOR})

    @property
    def is_staff(self) -> bool:
        """Whether they work for the city, a commune or a provider."""
        return bool(self.city_roles or self.communes or self.memberships)

    @property
    def is_confirmed(self) -> bool:
        """Whether they proved to be there a moment ago."""
        return self.confirmed_at is not None and clock.now() - self.confirmed_at <= CONFIRMED_FOR

    @property
    def provider_slugs(self) -> list[str]:
        return [membership.slug for membership in self.memberships.values()]

    def works_at(self, provider_id: int, roles: frozenset[ProviderRole] = TEACHING) -> bool:
        """Whether the actor has one of these roles at this provider."""
        membership = self.memberships.get(provider_id)
        return membership is not None and membership.role in roles


VISITOR = Actor()
CONFIRMED_FOR = timedelta(minutes=10)


def load_actors_by(loader: Callable[[], Actor]) -> None:
    """The factory says how the session's account becomes an actor; core knows no accounts."""
    current_app.extensions["actor_loader"] = loader


def actor() -> Actor:
    """Whoever sent this request; asked once per request."""
    if "actor" not in g:
        g.actor = current_app.extensions["actor_loader"]()
    return cast("Actor", g.actor)


def _declare(view: View, access: str, allowed: Callable[..., bool] | None) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if _looks_only() and request.method not in SAFE_METHODS and not hasattr(view, "any_eyes"):
            return abort(403)
        if allowed is None or allowed(**kwargs):
            return view(*args, **kwargs)
        if not actor().is_signed_in and request.method == "GET":
            half = actor().half_account_id is not None
            door = "accounts.second_factor" if half else "accounts.sign_in"
            return redirect(url_for(door, next=_here()))
        return abort(
            404 if access == "provider" and actor().is_signed_in and not _at(**kwargs) else 403
        )

    guarded.access = access  # type: ignore[attr-defined]  # read by the guard test
    return guarded


def public(view: View) -> View:
    """Anybody may come here; the view itself checks what it shows."""
    return _declare(view, "public", None)


def signed_in(view: View) -> View:
    """Any account."""
    return _declare(view, "signed_in", lambda **_: actor().is_signed_in)


def city_staff(*roles: CityRole) -> Callable[[View], View]:
    """One of these city roles; an administrator has them all."""
    wanted = frozenset(roles) | {CityRole.ADMINISTRATOR}
    return lambda view: _declare(view, "city", lambda **_: bool(actor().city_roles & wanted))


def commune_staff(view: View) -> View:
    """An officer of some ward or commune, or the city's statisticians.

    The view finds the unit in the address and answers 404 for that of other officers.
    """
    city = {CityRole.STATISTICIAN, CityRole.ADMINISTRATOR}
    return _declare(
        view, "commune", lambda **_: bool(actor().communes or actor().city_roles & city)
    )


def provider_staff(roles: frozenset[ProviderRole] = TEACHING) -> Callable[[View], View]:
    """One of these roles at the provider whose `slug` is in the address; others see 404."""

    def allowed(**kwargs: Any) -> bool:
        found = _at(**kwargs)
        return found is not None and found.role in roles

    return lambda view: _declare(view, "provider", allowed)


def confirmed(view: View) -> View:
    """Below one of the decorators above: only just after proving to be there in person.

    Before personal data leave, roles change or something is deleted for good.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if actor().viewer_id is not None:
            return abort(403)
        if actor().is_confirmed:
            return view(*args, **kwargs)
        back = _here() if request.method == "GET" else urlsplit(request.referrer or "").path
        return redirect(url_for("accounts.confirm", next=back), 303)

    guarded.confirmed = True  # type: ignore[attr-defined]  # read by the guard test
    return guarded


def own_eyes(view: View) -> View:
    """Below one of the decorators above: never for support that looks at somebody's pages.

    Secrets, copies of data, consents. What asks to be `confirmed` is refused already.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return abort(403) if actor().viewer_id is not None else view(*args, **kwargs)

    guarded.own_eyes = True  # type: ignore[attr-defined]  # read by the guard test
    return guarded


def any_eyes(view: View) -> View:
    """Below one of the decorators above: a change that support may make while it looks."""
    view.any_eyes = True  # type: ignore[attr-defined]  # read by `_declare`
    return view


def _looks_only() -> bool:
    return actor().viewer_id is not None


def _here() -> str:
    return request.full_path.rstrip("?")


def _at(**kwargs: Any) -> Membership | None:
    return next((m for m in actor().memberships.values() if m.slug == kwargs.get("slug")), None)


def here(slug: str) -> Membership:
    """The actor's membership at the provider in the address; call it behind `provider_staff`."""
    return _at(slug=slug) or abort(404)


def owns(slug: str) -> bool:
    """Whether the actor is an owner of this provider."""
    found = _at(slug=slug)
    return found is not None and found.role is ProviderRole.OWNER


def edits(slug: str) -> bool:
    """Whether the actor may change what this provider says: an owner or an editor."""
    found = _at(slug=slug)
    return found is not None and found.role in EDITING


def teaches(slug: str) -> bool:
    """Whether the actor works with every class of this provider; a substitute does not."""
    found = _at(slug=slug)
    return found is not None and found.role in TEACHING


def is_suspended(slug: str) -> bool:
    """Whether the actor works at this provider while the city has suspended it."""
    found = _at(slug=slug)
    return found is not None and found.is_suspended


def load(model: type[M], key: int, may: Callable[[Actor, M], bool], *options: ORMOption) -> M:
    """The object, if the person asking may; otherwise 404, as if there were none."""
    found = db.session.get(model, key, options=options)
    return found if found is not None and may(actor(), found) else abort(404)


def safe_next(target: str | None, fallback: str) -> str:
    """A path on this site to go to after signing in; anything else becomes the fallback."""
    path = unquote((target or "").partition("?")[0])
    is_ours = path.startswith("/") and "//" not in path and "\\" not in path
    return target if target and is_ours and f"{path}{target}".isprintable() else fallback
