"""What happened to a learning resource."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceChanged:
    """The public view of a resource differs from a moment ago."""

    resource_id: int


@dataclass(frozen=True, slots=True)
class ResourceTakedownMoved:
    """The city took a resource out of sight, or let it go again; its provider hears of it."""

    takedown_id: int
    lifted: bool
