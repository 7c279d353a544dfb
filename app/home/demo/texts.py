"""What the demo city is made of, read from the files beside this module."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_SCHOOLS = {"preschool", "primary-school", "lower-secondary-school", "religious-organisation"}
_AT_SCHOOLS = {"parents", "teachers", "children"}
PAIRS = ("title", "summary", "learn", "for_whom", "bring")


@dataclass(frozen=True, slots=True)
class CourseText:
    """One course as a good centre would describe it, and who would teach it how."""

    key: str
    topic: str
    isced: str
    cla: str
    job_related: bool
    audiences: tuple[str, ...]
    provider_types: frozenset[str]
    sessions: int
    minutes: int
    fee: int
    modes: tuple[str, ...]
    words: Mapping[str, str]  # title_vi, title_en, summary_vi, ...

    def fits(self, provider_type: str) -> bool:
        """Schools and community halls teach what parents, teachers and children need."""
        if provider_type in _SCHOOLS:
            return bool(_AT_SCHOOLS & set(self.audiences))
        return provider_type in self.provider_types


def courses() -> list[CourseText]:
    """Every course text, in a fixed order."""
    found = [
        _course(entry)
        for file in sorted((_HERE / "courses").glob("*.toml"))
        for entry in _read(file).get("course", [])
    ]
    return sorted(found, key=lambda text: text.key)


def resources() -> list[dict[str, Any]]:
    return list(_read(_HERE / "courses" / "resources.toml")["resource"])


def providers() -> list[dict[str, str]]:
    return list(_read(_HERE / "providers.toml")["provider"])


def names() -> dict[str, Any]:
    return _read(_HERE / "people.toml")


def _course(entry: Mapping[str, Any]) -> CourseText:
    words = {
        f"{name}_{lang}": entry[f"{name}_{lang}"].strip() for name in PAIRS for lang in ("vi", "en")
    }
    return CourseText(
        key=entry["key"],
        topic=entry["topic"],
        isced=entry["isced"],
        cla=entry["cla"],
        job_related=entry["job_related"],
        audiences=tuple(entry["audiences"]),
        provider_types=frozenset(entry["provider_types"]),
        sessions=entry["sessions"],
        minutes=entry["minutes"],
        fee=entry["fee"],
        modes=tuple(entry["modes"]),
        words=words,
    )


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
