"""What happened to a learning resource."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceChanged:
    """The public view of a resource differs from a moment ago."""

    resource_id: int
