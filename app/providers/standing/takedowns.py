"""The city takes something of a provider out of sight, with a reason, and lets it go again."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core import audit, clock, jobs
from app.core.db import breaks, db, transaction
from app.core.vi import clean_lines
from app.providers.errors import DecidedAlready, NotInSight, WordsLacking


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedowns:
    """How one kind of things is taken down, each by a row of its own that stays."""

    name: str
    """In the audit log: `course`."""
    things: type[Any]
    """With a `status`."""
    rows: type[Any]
    """With `reason`, `by_id` and what is said when it is lifted; one without an end at a time."""
    of: InstrumentedAttribute[int]
    """The column of a row that says which thing."""
    in_sight: Collection[Any]
    """The states of a thing that can be taken down."""
    hold: Callable[[Session, int], None]
    release: Callable[[Session, int], None]
    event: Callable[[int, bool], Any]
    """`event(row's number, lifted)`."""

    def take_down(self, key: int, reason: str, by_id: int) -> None:
        """Nobody outside sees it any more; its provider reads why, and can correct it.

        Raises:
            DecidedAlready: somebody else has taken it down.
            NotInSight: residents do not see it anyway.
            WordsLacking: no reason.
        """
        said = _said(reason)
        table, column = self.rows.__tablename__, self.of.key
        try:
            with transaction() as session:
                thing = session.get_one(self.things, key, with_for_update=True)
                if thing.status not in self.in_sight:
                    raise NotInSight
                made = self.rows(**{column: key}, reason=said, by_id=by_id)
                session.add(made)
                session.flush()  # the index of standing takedowns answers here
                self.hold(session, key)
                audit.record(f"{self.name}.taken_down", self.name, key, by_id, reason=said[:200])
                jobs.emit(self.event(made.id, False))  # noqa: FBT003 - as `event` says
        except IntegrityError as error:
            if breaks(error, f"uq_{table}_standing", f"{table}.{column}"):
                raise DecidedAlready from error
            raise

    def lift(self, key: int, reason: str, by_id: int) -> None:
        """It is public again if it was and its provider is at work.

        Raises:
            DecidedAlready: somebody else has let it go.
            WordsLacking: no reason.
        """
        said = _said(reason)
        with transaction() as session:
            standing = update(self.rows).where(self.of == key, self.rows.lifted_at.is_(None))
            lifted = standing.values(lifted_at=clock.now(), lifted_by_id=by_id, lifted_reason=said)
            row_id = session.scalar(lifted.returning(self.rows.id))
            if row_id is None:
                raise DecidedAlready
            self.release(session, key)
            audit.record(f"{self.name}.takedown_lifted", self.name, key, by_id, reason=said[:200])
            jobs.emit(self.event(row_id, True))  # noqa: FBT003 - as `event` says

    def standing(self, key: int) -> Any:
        """The takedown of a thing that has not been lifted, or None."""
        return db.session.scalar(
            select(self.rows).where(self.of == key, self.rows.lifted_at.is_(None))
        )

    def history(self, key: int) -> Sequence[Any]:
        """All takedowns of a thing, the newest first."""
        return db.session.scalars(
            select(self.rows).where(self.of == key).order_by(self.rows.id.desc())
        ).all()

    def thing(self, key: int) -> Any:
        """Whatever its state, or None: staff of the city decide about it."""
        return db.session.get(self.things, key)


def _said(reason: str) -> str:
    said = clean_lines(reason)
    if not said:
        raise WordsLacking
    return said
