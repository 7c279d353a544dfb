"""A provider's own questions on the form of a run, see `Run.questions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core import vi
from app.core.i18n import Bilingual

MOST_QUESTIONS, MOST_OPTIONS = 5, 10
LONGEST_ANSWER = 200
YES, NO = "yes", "no"


class QuestionKind(StrEnum):
    TEXT = "text"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; the answer to a choice is the number of the option, from 0, as text.

    A retired one is asked no more, and known for those who answered it.
    """

    id: str
    text: Bilingual
    kind: QuestionKind = QuestionKind.TEXT
    options: tuple[Bilingual, ...] = ()
    required: bool = False
    retired: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Question":
        kind = stored.get("kind")
        return cls(
            id=str(stored.get("id", "")),
            text=Bilingual(str(stored.get("text_vi", "")), str(stored.get("text_en", ""))),
            kind=QuestionKind(kind) if kind in set(QuestionKind) else QuestionKind.TEXT,
            options=tuple(Bilingual(*map(str, pair)) for pair in stored.get("options", ())),
            required=bool(stored.get("required")),
            retired=bool(stored.get("retired")),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "text_vi": self.text.vi,
            "text_en": self.text.en,
            "kind": self.kind.value,
            "options": [[option.vi, option.en] for option in self.options],
            "required": self.required,
            "retired": self.retired,
        }

    def takes(self, answer: str) -> bool:
        """Whether this can be an answer, an empty one aside."""
        if self.kind is QuestionKind.YES_NO:
            return answer in (YES, NO)
        if self.kind is QuestionKind.CHOICE:
            return answer in {str(number) for number in range(len(self.options))}
        return len(answer) <= LONGEST_ANSWER


def read_questions(stored: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of a run, in the order in which they are asked."""
    return [question for question in known_questions(stored) if not question.retired]


def known_questions(stored: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Those too that nobody is asked any more."""
    return [Question.read(each) for each in stored]


def read_answers(questions: Sequence[Question], given: Mapping[str, Any]) -> dict[str, str]:
    """The answers to these questions, cleaned; empty ones and those nobody asked for left out."""
    cleaned = {each.id: vi.clean(str(given.get(each.id) or "")) for each in questions}
    return {each.id: cleaned[each.id] for each in questions if cleaned[each.id]}
