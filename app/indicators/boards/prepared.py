"""Boards made ready by the worker, so that pages read one row and no facts.

A period is made anew only when its facts or definitions have changed since; a board is written
only when its figures differ.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Text, bindparam, cast, delete, insert, select

from app.core import clock, config
from app.core.db import db, transaction
from app.indicators.boards import board as shapes
from app.indicators.boards import making as boards
from app.indicators.boards import public as public_boards
from app.indicators.boards.board import Board
from app.indicators.boards.city import City, city_of
from app.indicators.boards.hiding import Hiding
from app.indicators.boards.making import Maker
from app.indicators.boards.public import Decision
from app.indicators.models import PreparedFigures
from app.indicators.queries.rules import current_rules
from app.indicators.queries.told import TOLD
from app.participation import periods, sittings, store
from app.participation.periods import Period
from app.participation.shelf import Shelf
from app.participation.sittings import Sitting
from app.places import queries as places
from app.providers.models import Provider

PUBLIC, EXACT, OWN = "public", "exact", "own"
CITY = "city"
_STATE = "state"
_AT_ONCE = 500
_KEPT = select(PreparedFigures.key, cast(PreparedFigures.content, Text)).where(
    PreparedFigures.key.in_((bindparam("board"), bindparam("state")))
)


@dataclass(slots=True)
class Prepared:
    """What one round did."""

    periods: int = 0
    written: int = 0
    unchanged: int = 0


def offered(today: date) -> list[Period]:
    """The fixed periods of staff pages, the running half-year first."""
    return periods.usual(today)[:7]


def published(today: date) -> list[Period]:
    """The fixed periods of the public page, the latest half-year first."""
    return [each for each in offered(today) if public_boards.is_public(each, today)]


def all_periods() -> list[Period]:
    """Those of staff pages, of which some are public."""
    return offered(clock.today())


def key_of(audience: str, period: str, scope: str = CITY) -> str:
    return f"{audience}:{period}:{scope}"


def unit(unit_id: int) -> str:
    return f"unit-{unit_id}"


def provider(provider_id: int) -> str:
    return f"provider-{provider_id}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A board and the state of its period, as the database keeps them."""

    content: str
    state: str

    @property
    def digest(self) -> str:
        """Other texts have another one."""
        return hashlib.sha256(f"{self.content}\n{self.state}".encode()).hexdigest()

    def board(self) -> Board:
        found = shapes.read(json.loads(self.content))
        looked = json.loads(self.state).get("as_of")
        return replace(found, as_of=datetime.fromisoformat(looked)) if looked else found


def kept(audience: str, period: str, scope: str = CITY) -> Kept | None:
    """None before it was made, or where nobody has learned; one statement."""
    key, state = key_of(audience, period, scope), key_of(_STATE, period)
    rows = db.session.execute(_KEPT, {"board": key, "state": state})
    found = dict(rows.all())
    return Kept(found[key], found.get(state, "{}")) if key in found else None


def board(audience: str, period: str, scope: str = CITY) -> Board | None:
    """As `kept`."""
    found = kept(audience, period, scope)
    return found.board() if found else None


def withheld(period: str) -> str:
    """What the public does not see of this period, in a word of `public_boards`."""
    query = select(PreparedFigures.content).where(PreparedFigures.key == key_of(_STATE, period))
    return str((db.session.scalar(query) or {}).get("withheld", ""))


def prepare(*only: str, everything: bool = False) -> Prepared:
    """Make ready what is asked for most.

    Args:
        only: the codes of periods; all that are offered when none is given.
        everything: also periods whose facts have not changed: names or people may have.
    """
    done, today = Prepared(), clock.today()
    where = store.folder(config.current())
    city = places.city(today)
    manifest = store.read(where)
    if city is None or manifest is None:
        return done
    shared = city_of(city, places.wards(today), today)
    if not shared.definitions:
        return done
    every = {each.code: each for each in all_periods()}
    _forget_others(set(every))
    kept = Shelf(where / "shelf", reads=not everything)
    hiding = Hiding(kept).hidden
    for period in [every[code] for code in only or every if code in every]:
        with sittings.begun(where, kept) as sitting:
            stamp = _stamp(sitting, period, shared)
            if everything or stamp != _kept_stamp(period):
                _prepare_period(Maker(shared, period, sitting.count, hiding), stamp, done)
    kept.sweep()
    return done


def _prepare_period(maker: Maker, stamp: str, done: Prepared) -> None:
    period, today = maker.period, maker.city.today
    made = {key: shapes.write(each) for key, each in _boards(maker)}
    public = public_boards.decide(maker) if public_boards.is_public(period, today) else None
    if public:
        made |= {key: shapes.write(each) for key, each in _public(public, period.code)}
    digests = {key: _digest(content) for key, content in made.items()}
    kept = _digests(period)
    if public and public.stays:
        digests |= {key: kept[key] for key in kept if key.startswith(f"{PUBLIC}:")}
    changed = [key for key in made if kept.get(key) != digests[key]]
    as_of = next((content["as_of"] for content in made.values() if content["as_of"]), None)
    state = {"stamp": stamp, "digests": digests, "as_of": as_of}
    state["withheld"] = public.withheld if public else ""
    rows = {key: made[key] for key in changed} | {key_of(_STATE, period.code): state}
    told = {public.key: public.told} if public and public.told else {}
    _replace(rows, gone=[key for key in kept if key not in digests], told=told)
    done.periods += 1
    done.written += len(changed)
    done.unchanged += len(made) - len(changed)


def _replace(
    rows: Mapping[str, Mapping[str, Any]],
    gone: Sequence[str],
    told: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> None:
    """Some rows at a time, all in one commit: a page never sees half of a period.

    What is `told` to the public has the next number: of two workers who publish at once the second
    fails, and audits again with what the first has published.
    """
    rows = {**rows, **told}
    now = clock.now()
    with transaction() as session:
        for keys in _batched([key for key in [*rows, *gone] if key not in told]):
            session.execute(delete(PreparedFigures).where(PreparedFigures.key.in_(keys)))
        for keys in _batched(list(rows)):
            new = [{"key": key, "made_at": now, "content": rows[key]} for key in keys]
            session.execute(insert(PreparedFigures), new)


def _batched(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many as one statement can name."""
    return (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))


def _boards(maker: Maker) -> Iterator[tuple[str, Board]]:
    period = maker.period.code
    yield key_of(EXACT, period), maker.of_city(boards.exact)
    for unit_id, each in maker.of_wards(boards.exact):
        yield key_of(EXACT, period, unit(unit_id)), each
    for unit_id, each in maker.of_wards(boards.internal):
        yield key_of(OWN, period, unit(unit_id)), each
    teaching = db.session.scalars(select(Provider).order_by(Provider.id)).all()
    for provider_id, each in maker.of_providers(teaching):
        yield key_of(OWN, period, provider(provider_id)), each


def _public(decided: Decision, period: str) -> Iterator[tuple[str, Board]]:
    if decided.city:
        yield key_of(PUBLIC, period), decided.city
    for unit_id, each in (decided.wards or {}).items():
        yield key_of(PUBLIC, period, unit(unit_id)), each


def _stamp(sitting: Sitting, period: Period, city: City) -> str:
    """Changes whenever anything that the figures of the period are made of has.

    That is the facts of the period and of the one before, what held of their people on the days of
    reference, definitions and the city's rules, the map, the tables of the population. Names of
    things follow with the next day.
    """
    settings, rules = config.current(), current_rules()
    told = [
        sitting.mark(period),
        sitting.mark(period.previous()),
        [(each.code, each.version, each.status.value) for each in city.definitions],
        [rules.residents.value, rules.attendance.value],
        [settings.small_cell_below, settings.round_to, settings.one_provider_most],
        sorted(city.wards),
        city.mark,
        [str(period.last), period.last < city.today],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _kept_stamp(period: Period) -> str:
    return str(_state(period).get("stamp", ""))


def _digests(period: Period) -> Mapping[str, str]:
    kept: Mapping[str, str] = _state(period).get("digests", {})
    return kept


def _state(period: Period) -> Mapping[str, Any]:
    key = key_of(_STATE, period.code)
    query = select(PreparedFigures.content).where(PreparedFigures.key == key)
    return db.session.scalar(query) or {}


def _digest(content: Mapping[str, Any]) -> str:
    """Of all that is shown, except when it was counted."""
    told = json.dumps({**content, "as_of": None}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _forget_others(codes: set[str]) -> None:
    """Periods that are no longer offered."""
    keys = db.session.scalars(select(PreparedFigures.key)).all()
    kinds = [key.split(":") for key in keys]
    gone = [
        key
        for key, (kind, period, *_) in zip(keys, kinds, strict=True)
        if kind != TOLD and period not in codes
    ]
    if gone:
        _replace({}, gone)
