"""Shows in a text what was found, as safe HTML."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.search.prepare import Term
from app.search.text import Token, nfc, tokens
from app.search.typos import budget, slips

_MARK = Markup("<mark>{}</mark>")


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the words of one question in any text; `typos` when slips were forgiven."""

    terms: tuple[Term, ...] = ()
    typos: bool = False

    def mark(self, text: str) -> Markup:
        """The text escaped, with what was found in <mark>."""
        plain, found = nfc(text), tokens(text)
        parts, end = [], 0
        for first, last in _joined(self._spans(found)):
            start, stop = found[first].start, found[last].end
            parts += [
                escape(plain[end:start]),
                Markup("<mark>"),
                escape(plain[start:stop]),
                Markup("</mark>"),
            ]
            end = stop
        return Markup().join([*parts, escape(plain[end:])])

    def _spans(self, found: list[Token]) -> Iterator[int]:
        """The numbers of the tokens that belong to something found, in order."""
        folds = [token.word.fold for token in found]
        hit = set()
        for term in self.terms:
            exact = set(_exact(term, folds))
            hit |= exact or (set(_slipped(term, folds)) if self.typos else exact)
        yield from sorted(hit)


NOTHING = Marker()


def _exact(term: Term, folds: list[str]) -> Iterator[int]:
    alone = {way[0] for way in term.ways if len(way) == 1}
    begun = tuple(alone) if term.prefix else ()
    phrases = [way for way in term.ways if len(way) > 1]
    for at, folded in enumerate(folds):
        if folded in alone or folded.startswith(begun):
            yield at
        for way in phrases:
            if folded == way[0] and tuple(folds[at : at + len(way)]) == way:
                yield from range(at, at + len(way))


def _slipped(term: Term, folds: list[str]) -> Iterator[int]:
    most = budget(term.word)
    if most:
        yield from (at for at, word in enumerate(folds) if slips(term.word, word, most) is not None)


def _joined(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours, so that a phrase is marked as one."""
    run: tuple[int, int] | None = None
    for number in numbers:
        if run and number == run[1] + 1:
            run = (run[0], number)
        else:
            if run:
                yield run
            run = (number, number)
    if run:
        yield run
