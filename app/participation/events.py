"""What happened to the facts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Some month has other rows than the files beside the database."""
