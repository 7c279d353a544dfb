"""What an engine knows about one course or resource."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ID = re.compile(r"(course|resource)-(\d{1,15})")
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,200}")
_NORTH, _EAST = 90, 180
CLOSED = 2


def on_earth(point: tuple[float, float]) -> bool:
    """Whether this is a latitude and a longitude, in that order; NaN is not."""
    return abs(point[0]) <= _NORTH and abs(point[1]) <= _EAST


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The public view of one course or resource, ready to be found.

    Filter fields hold ASCII codes; `when` also has what meets at a weekend and when on that day.
    `tags` are names of topics and audiences in both languages,
    `place` the old and new names of wards and districts, `body` what is learned and for whom.
    What is `full` may still be open: for the queue.
    """

    id: str
    title_vi: str
    title_en: str = ""
    tags: tuple[str, ...] = ()
    provider_name: str = ""
    place: str = ""
    summary_vi: str = ""
    summary_en: str = ""
    body: str = ""

    topic: tuple[str, ...] = ()
    ward: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    provider: str = ""
    free: bool = False
    open: bool = False
    full: bool = False

    soonest: int | None = None
    newest: int = 0
    geo: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(self.id)
        for _, codes in self.facets():
            if wrong := [code for code in codes if not _CODE.fullmatch(code)]:
                raise ValueError((self.id, wrong))
        if not all(map(on_earth, self.geo)):
            raise ValueError((self.id, self.geo))

    @property
    def waiting(self) -> int:
        """0 what can be had now, 1 what has only a queue or will open, `CLOSED` what is over."""
        if self.open:
            return int(self.full)
        return 1 if self.soonest is not None else CLOSED

    @property
    def kind(self) -> str:
        return self.id.partition("-")[0]

    def facets(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each filter name with this document's values, a flag as "1" when it is set."""
        for name in ("topic", "ward", "when", "mode", "audience", "level", "language"):
            yield name, getattr(self, name)
        yield "provider", (self.provider,) if self.provider else ()
        yield "kind", (self.kind,)
        yield "free", ("1",) if self.free else ()
        yield "open", ("1",) if self.open else ()


def id_number(id_: str) -> int:
    """A whole number that orders ids the same way in every engine: the tie-break of all sorts."""
    kind, _, number = id_.partition("-")
    return int(number) * 2 + (kind == "resource")
