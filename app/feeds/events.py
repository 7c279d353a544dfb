"""What happened to imports and sources."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportToCheck:
    """A file was sent or fetched, or something about it was put right."""

    import_id: int


@dataclass(frozen=True, slots=True)
class ImportToApply:
    """Somebody looked at the difference and wants it."""

    import_id: int
    by_id: int | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class FetchWanted:
    """A feed is to be fetched now."""

    source_id: int
