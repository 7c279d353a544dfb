"""What happens to words that mean the same."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SynonymsChanged:
    """Some of them are others now: a search server has to be told."""
