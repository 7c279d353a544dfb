"""Who teaches a run, and who teaches one session of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.catalogue.errors import TooManyTeachers
from app.catalogue.models import ClassSession, Run
from app.catalogue.planning_models import RunTeacher
from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.core.vi import clean, name_match_key, name_sort_key
from app.providers.models import StaffMember

MOST_TEACHERS = 8
LONGEST_NAMES = 200
_BETWEEN_NAMES = re.compile(r"[\n;,]")


@dataclass(frozen=True, slots=True)
class Teacher:
    """A colleague with an account here, or a name alone."""

    name: str
    account_id: int | None = None


class Taught(Protocol):
    """What tells two teachers apart: the account, else the name within one provider."""

    @property
    def name(self) -> str: ...
    @property
    def account_id(self) -> int | None: ...


def of_run(run: Run) -> list[Taught]:
    """Those who teach the whole run."""
    return known(run, run.teachers)


def of_session(session: ClassSession) -> list[Taught]:
    """Who teaches this session: those named for it, else those of the run."""
    return [*own_of(session)] or of_run(session.run)


def known(run: Run, found: Iterable[RunTeacher]) -> list[Taught]:
    """Those of the whole run among its rows; a file may have changed the text alone since."""
    whole: list[Taught] = [each for each in found if each.session_id is None]
    text = run.teacher or ""
    return whole if joined(whole) == text else [*named(text)]


def own_of(session: ClassSession) -> list[RunTeacher]:
    """Those named for this session alone."""
    return [each for each in session.run.teachers if each.session_id == session.id]


def teaches(account_id: int | None, session: ClassSession) -> bool:
    """Whether this colleague teaches this session."""
    if account_id is None:
        return False
    return account_id in {each.account_id for each in of_session(session)}


def colleagues(provider_id: int) -> list[Teacher]:
    """Everybody who works at a provider, its teachers first, by name."""
    today = clock.today()
    here = select(StaffMember).where(
        StaffMember.provider_id == provider_id,
        or_(StaffMember.expires_on.is_(None), StaffMember.expires_on >= today),
    )
    with_names = here.options(joinedload(StaffMember.account).joinedload(Account.person))
    found = [
        (member.role is not ProviderRole.TEACHER, Teacher(_name(member.account), member.account_id))
        for member in db.session.scalars(with_names)
        if member.account.is_active
    ]
    found.sort(key=lambda each: (each[0], name_sort_key(each[1].name), each[1].account_id or 0))
    return [teacher for _is_other, teacher in found]


def named(text: str) -> list[Teacher]:
    """The names in a text, one on a line or with commas between them."""
    names = (clean(part) for part in _BETWEEN_NAMES.split(text))
    return [Teacher(name) for name in dict.fromkeys(names) if name]


def chosen(provider_id: int, account_ids: Iterable[int], text: str) -> list[Teacher]:
    """Those ticked among the colleagues, and the other names.

    Raises:
        TooManyTeachers: more than eight, or more names than a page can show.
    """
    wanted = set(account_ids)
    ticked = [each for each in colleagues(provider_id) if each.account_id in wanted]
    known = {name_match_key(each.name) for each in ticked}
    others = [each for each in named(text) if name_match_key(each.name) not in known]
    found = [*ticked, *others]
    if len(found) > MOST_TEACHERS or len(joined(found)) > LONGEST_NAMES:
        raise TooManyTeachers
    return found


def joined(teachers: Iterable[Taught]) -> str:
    """The names as residents read them."""
    return ", ".join(each.name for each in teachers)


def rows(teachers: Sequence[Taught], session_id: int | None = None) -> list[RunTeacher]:
    """The rows of a run or of one of its sessions."""
    return [
        RunTeacher(
            session_id=session_id, account_id=each.account_id, name=each.name[:LONGEST_NAMES],
            match_key=name_match_key(each.name)[:LONGEST_NAMES], position=position,
        )
        for position, each in enumerate(teachers)
    ]  # fmt: skip


def by_run(run_ids: Sequence[int]) -> Mapping[int, list[RunTeacher]]:
    """The teachers of many runs and of their sessions; one statement."""
    found: dict[int, list[RunTeacher]] = {run_id: [] for run_id in run_ids}
    wanted = select(RunTeacher).where(RunTeacher.run_id.in_(run_ids))
    for each in db.session.scalars(wanted.order_by(RunTeacher.position, RunTeacher.id)):
        found[each.run_id].append(each)
    return found


def _name(account: Account) -> str:
    return account.person.full_name if account.person else account.display_name
