"""What a certificate says, in both languages, as it is frozen with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.catalogue.models import Run, SessionStatus
from app.core import config
from app.core.i18n import Bilingual

_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Content:
    """All but the name: a class as it was called on the day of issue."""

    course: Bilingual
    provider: Bilingual
    city: Bilingual
    starts_on: date
    ends_on: date
    sessions: int
    minutes: int

    @classmethod
    def of(cls, run: Run) -> "Content":
        """Of a class as it is now."""
        settings = config.current()
        held = [each for each in run.sessions if each.status is SessionStatus.PLANNED]
        return cls(
            course=run.course.title,
            provider=run.course.provider.name,
            city=Bilingual(settings.site_name_vi, settings.site_name_en),
            starts_on=run.starts_on,
            ends_on=run.ends_on,
            sessions=len(held),
            minutes=sum(each.minutes for each in held),
        )

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Content":
        """As it was frozen."""
        return cls(
            course=Bilingual(*stored["course"]),
            provider=Bilingual(*stored["provider"]),
            city=Bilingual(*stored["city"]),
            starts_on=date.fromisoformat(stored["starts_on"]),
            ends_on=date.fromisoformat(stored["ends_on"]),
            sessions=stored["sessions"],
            minutes=stored["minutes"],
        )

    def as_json(self) -> dict[str, Any]:
        texts = {name: getattr(self, name) for name in ("course", "provider", "city")}
        return {
            **{name: [text.vi, text.en] for name, text in texts.items()},
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "sessions": self.sessions,
            "minutes": self.minutes,
        }


def masked(full_name: str) -> str:
    """Enough to compare with a paper in hand, too little to learn a name: N*** T*** M***."""
    return " ".join(f"{word[0]}{_HIDDEN}" for word in full_name.split())
