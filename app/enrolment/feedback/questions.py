"""The three questions, the same for every class, so that classes can be compared."""

from dataclasses import dataclass

from app.core.i18n import Bilingual

FEEDBACK = "feedback"
"""What the token in the letter is good for."""
LOWEST, HIGHEST = 1, 5
GOOD_FROM = 4
"""Of the five answers: whoever gives this one or a better is satisfied."""
SHOWN_FROM = 10
"""Answers to one class; of fewer nothing is told to anybody."""


@dataclass(frozen=True, slots=True)
class Question:
    """One with five answers, the best first."""

    code: str
    text: Bilingual
    answers: tuple[Bilingual, Bilingual, Bilingual, Bilingual, Bilingual]

    def scale(self) -> list[tuple[int, Bilingual]]:
        """Each answer with its number."""
        return list(zip(range(HIGHEST, LOWEST - 1, -1), self.answers, strict=True))


USEFULNESS = Question(
    "usefulness",
    Bilingual("Lớp học có ích cho bạn không?", "Was the class useful to you?"),
    (
        Bilingual("Rất có ích", "Very useful"),
        Bilingual("Có ích", "Useful"),
        Bilingual("Bình thường", "So-so"),
        Bilingual("Ít có ích", "Not very useful"),
        Bilingual("Không có ích", "Not useful"),
    ),
)
SATISFACTION = Question(
    "satisfaction",
    Bilingual("Nhìn chung, bạn có hài lòng không?", "All in all, are you satisfied?"),
    (
        Bilingual("Rất hài lòng", "Very satisfied"),
        Bilingual("Hài lòng", "Satisfied"),
        Bilingual("Bình thường", "So-so"),
        Bilingual("Không hài lòng", "Dissatisfied"),
        Bilingual("Rất không hài lòng", "Very dissatisfied"),
    ),
)
COMMENT = Bilingual("Nên làm gì khác đi?", "What should be done differently?")
SCALES = (USEFULNESS, SATISFACTION)
