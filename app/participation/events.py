"""What happened to the facts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Some part has other rows than the files beside the database."""


@dataclass(frozen=True, slots=True)
class CampaignChanged:
    """Sessions of these days may belong to another campaign than before, or to none."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class RebuildGoesOn:
    """Everything is made anew, and this part is next; see `operations.rebuild_step`."""

    part: str
    after: int


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """Somebody wants a file that takes a while; see `orders`."""

    token: str
