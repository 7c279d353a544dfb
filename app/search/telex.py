"""Reads what a Vietnamese keyboard would have composed: Telex `tieesng`, VNI `tie61ng`."""

import re
from dataclasses import dataclass

from app.search.text import Word, fold, word

_CONSONANTS = "ngh ng nh ch gh gi kh ph qu th tr b c d g h k l m n p r s t v x"
_RHYMES = """
a ă â e ê i o ô ơ u ư y ia iê ie oa oă oe ua uâ uê uô uo uy ưa ươ yê ye uyê uye
"""
_GLIDING = """
ai ao au ay âu ây eo êu iu oi ôi ơi ui uơ ưi ưu oai oao oay oeo iêu ieu yêu uây uôi uoi ươi ươu uya
uyu
"""
_ONSETS = {"telex": ["dd", *_CONSONANTS.split()], "vni": _CONSONANTS.split()}
_CLOSED = frozenset(_RHYMES.split())
_OPEN = _CLOSED | frozenset(_GLIDING.split())
_CLOSED_FOLDS, _OPEN_FOLDS = frozenset(map(fold, _CLOSED)), frozenset(map(fold, _OPEN))
_FINALS = frozenset(["c", "ch", "m", "n", "ng", "nh", "p", "t"])
_STOPS = frozenset(["c", "ch", "p", "t"])
_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_TONES = dict(zip("12345", "sfrxj", strict=True))
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HORNS = {"uo": "ươ", "u": "ư", "o": "ơ"}
_BREVE = {"a": "ă"}
_VNI = re.compile(r"[a-z](?=\d*[a-z])[a-z]*\d[a-z\d]*")
_LONGEST = 12


class _Impossible(Exception):
    """No Vietnamese syllable comes out of these keys."""


@dataclass(slots=True)
class _Syllable:
    """A syllable while its keys are pressed one by one."""

    onset: str
    nucleus: str = ""
    final: str = ""
    tone: str = ""
    composed: bool = False

    def telex(self, key: str) -> None:
        if key in _TONES:
            self._set_tone(key)
        elif key == "w":
            self._change(_HORNS | _BREVE if self.nucleus else {"": "ư"})
        elif key in _HATS and key in self.nucleus:
            self._change({key: _HATS[key]})
        elif key == "d" and self.onset == "d" and self.nucleus:
            self._cross()
        else:
            self._letter(key)

    def vni(self, key: str) -> None:
        if key in _VNI_TONES:
            self._set_tone(_VNI_TONES[key])
        elif key == "9" and self.onset == "d":
            self._cross()
        elif key in "678":
            self._change({"6": _HATS, "7": _HORNS, "8": _BREVE}[key])
        else:
            self._letter(key)

    def _letter(self, key: str) -> None:
        if key in "aeiouy" and not self.final:
            self.nucleus += key
        elif key.isalpha() and self.nucleus:
            self.final += key
        else:
            raise _Impossible

    def _set_tone(self, key: str) -> None:
        if self.tone or not self.nucleus:
            raise _Impossible
        self.tone, self.composed = key, True

    def _cross(self) -> None:
        self.onset, self.composed = "đ", True

    def _change(self, marks: dict[str, str]) -> None:
        plain = next((letters for letters in marks if letters in self.nucleus), None)
        if plain is None:
            raise _Impossible
        self.nucleus, self.composed = self.nucleus.replace(plain, marks[plain], 1), True

    def result(self, *, partial: bool) -> str | None:
        """The syllable, if keys were composed and Vietnamese allows it."""
        if self.final:
            possible = self.nucleus in _CLOSED and self.final in _FINALS
        else:
            possible = self.nucleus in _OPEN
        toneless = self.final in _STOPS and self.tone not in ("s", "j")
        if not (self.composed and possible) or (toneless and not partial):
            return None
        return self.onset + self.nucleus + _TONES.get(self.tone, "") + self.final


def decode(typed: str, *, partial: bool = False) -> Word | None:
    """The composed word, or None when the keys make no syllable; `partial` while still typing."""
    keys = typed.lower()
    if not keys.isascii() or len(keys) > _LONGEST:
        return None
    vni = _VNI.fullmatch(keys) is not None
    if not (vni or keys.isalpha()):
        return None
    starts = [onset for onset in _ONSETS["vni" if vni else "telex"] if keys.startswith(onset)]
    found = (_compose(keys, onset, vni=vni, partial=partial) for onset in [*starts, ""])
    return next((word(text) for text in found if text), None)


def _compose(keys: str, onset: str, *, vni: bool, partial: bool) -> str | None:
    syllable = _Syllable("đ" if onset == "dd" else onset, composed=onset == "dd")
    press = syllable.vni if vni else syllable.telex
    try:
        for key in keys[len(onset) :]:
            press(key)
    except _Impossible:
        return None
    return syllable.result(partial=partial)


def is_syllable(folded: str) -> bool:
    """Whether this could be a Vietnamese syllable without its marks: `the` could, `learn` not."""
    starts = [onset for onset in _ONSETS["vni"] if folded.startswith(onset)]
    return any(_is_rhyme(folded[len(onset) :]) for onset in [*starts, ""])


def _is_rhyme(rest: str) -> bool:
    return rest in _OPEN_FOLDS or any(
        rest.endswith(final) and rest.removesuffix(final) in _CLOSED_FOLDS for final in _FINALS
    )
