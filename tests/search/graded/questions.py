"""Questions with the grade of every course: 2 is what was asked, 1 is close, by attributes alone.

In the tables, `~subject` is a close one and `@topic` stands for all its subjects. A course of the
right subject that misses a condition is close; so is one of a neighbouring subject that meets all.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.search.graded.courses import Made, made, read, subjects

RIGHT, CLOSE = 2, 1


@dataclass(frozen=True, slots=True)
class Question:
    group: str
    text: str
    right: frozenset[str]
    close: frozenset[str]
    conditions: frozenset[str]

    def grades(self) -> dict[str, int]:
        """By document id, those that are worth something."""
        found = {one.document.id: self._grade(one) for one in made()}
        return {id_: grade for id_, grade in found.items() if grade}

    def _grade(self, one: Made) -> int:
        missing = len(self.conditions - one.truths)
        if not (self.right or self.close):
            return max(0, RIGHT - missing) if self.conditions else 0
        if one.subject in self.right:
            return CLOSE if missing else RIGHT
        return CLOSE if one.subject in self.close and not missing else 0


def tuned() -> list[Question]:
    """Those that may be looked at while working on the engine."""
    return _questions("questions.csv")


def held_out() -> list[Question]:
    """Those that are only counted."""
    return _questions("questions_held_out.csv")


def _questions(name: str) -> list[Question]:
    return [_question(row) for row in read(Path(__file__).with_name(name))]


def _question(row: dict[str, str]) -> Question:
    names = [name for word in row["subjects"].split() for name in _named(word)]
    right = {name for name in names if not name.startswith("~")}
    close = {name.removeprefix("~") for name in names} - right
    near = {other for name in right for other in subjects()[name]["near"].split()}
    conditions = frozenset(row["conditions"].split())
    near_or_close = frozenset((close | near) - right)
    return Question(row["class"], row["question"], frozenset(right), near_or_close, conditions)


def _named(word: str) -> list[str]:
    if not word.startswith("@"):
        return [word]
    return [key for key, row in subjects().items() if row["topic"] == word[1:]]
