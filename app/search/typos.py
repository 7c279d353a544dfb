"""How many slips a word may have: none below five letters, one from five, two from nine."""

from rapidfuzz.distance import OSA

ONE_FROM, TWO_FROM = 5, 9
_LONGEST = 40


def budget(word: str) -> int:
    """Numbers have none: a wrong digit is another number. Nor has what is too long for a word."""
    if len(word) > _LONGEST or any(char.isdigit() for char in word):
        return 0
    return (len(word) >= ONE_FROM) + (len(word) >= TWO_FROM)


def slips(asked: str, found: str, most: int) -> int | None:
    """Edits between two words (a swap is one, a wrong first letter counts two), if few enough."""
    first = asked[:1] != found[:1]
    cost = OSA.distance(asked, found, score_cutoff=most) + first
    return cost if cost <= most else None


def prefix_slips(asked: str, found: str, most: int) -> int | None:
    """The same, where the asked word may be the beginning of a longer one."""
    ends = range(max(1, len(asked) - 1), min(len(found), len(asked) + 1) + 1)
    costs = [cost for end in ends if (cost := slips(asked, found[:end], most)) is not None]
    return min(costs, default=None)
