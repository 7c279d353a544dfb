"""Which cells of one table are hidden: too few people, and what would betray them.

A table with its totals is a graph. Every row and every column is a node; every cell, a total too,
joins its row and its column; each node says that its cells add up. Figures that still fit all that
is shown differ from the true ones by a flow in circles of hidden cells. So a hidden cell is safe
when a flow can carry it far enough, and a cell that is not gets further cells hidden along the
cheapest circle that can. This ends, because a cell with its totals hidden can grow without limit.

Every figure has its own flows in the same pattern. One rule keeps the figures of a cell together:
whatever moves people moves their places and attendances as far, so people never outnumber them.
"""

import heapq
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from app.participation.queries import Key

PEOPLE = "people"
Values = Mapping[Key, int]
Node = tuple[int, str | None]
Move = tuple[Key, bool]
"""A cell and whether it rises."""
Step = tuple[Move, Node]
"""Through which cell, and to which end."""
_NEAR = 30
_ENDLESS = 10**12
_LAST_RESORT = 10**9
"""Added to the price of hiding a total: totals go only when nothing else helps."""


def room(below: int, value: int, *, is_people: bool) -> int:
    """How far apart the least and the greatest value of a hidden figure of few people must lie.

    People: as many values as are possible as the mark "hidden" stands for, and one more, so that
    nobody can say that it is fewer than `below`. What they did: half of it at least.
    """
    return below - 1 if is_people else max(below - 1, value // 2)


def protect(figures: Mapping[str, Values], below: int, small: Collection[Key]) -> frozenset[Key]:
    """The cells to hide: the `small` ones and what else would tell their figures.

    Args:
        figures: the counts of all cells and totals; people under `PEOPLE`, the same keys in each.
    """
    people = {key: count for key, count in figures[PEOPLE].items() if count > 0}
    out = set(small)
    systems = [
        _System(name == PEOPLE, below, values, people, figures[PEOPLE], out)
        for name, values in figures.items()
    ]
    work = deque(sorted(out, key=order))
    while work:
        key = work.popleft()
        for system in systems:
            while not system.is_safe(key, is_small=key in small):
                if not (more := system.circle(key) or _next(key, people, out)):
                    break
                work.extend(more)
                for each in systems:
                    each.hide(more)
                out.update(more)
    return frozenset(out)


def order(key: Key) -> tuple[str, ...]:
    return tuple(value or "" for value in key)


def totals_of(key: Key) -> Iterator[Key]:
    """The next wider cells, one for each breakdown."""
    for place, value in enumerate(key):
        if value is not None:
            yield (*key[:place], None, *key[place + 1 :])


def _next(key: Key, people: Values, out: Collection[Key]) -> list[Key]:
    """The cheapest shown total of a cell, or else any cell: some circle needs it."""
    near = [each for each in totals_of(key) if each in people and each not in out]
    far = [each for each in people if each not in out] if not near else []
    return sorted(near or far, key=lambda each: (people[each], order(each)))[:1]


def _ends(key: Key) -> tuple[Node, Node]:
    """The row and the column of a cell; the cells of a single line all join the same two."""
    return ((0, key[0]), (1, key[1])) if len(key) > 1 else ((0, None), (1, None))


def _sign(key: Key) -> int:
    """A total stands on the other side of its sum."""
    return -1 if key.count(None) % 2 else 1


def _steps(key: Key) -> tuple[tuple[Node, Step], tuple[Node, Step]]:
    """The two ways to pass through a cell, each with where it begins."""
    row, column = _ends(key)
    rises = _sign(key) > 0
    return (row, ((key, rises), column)), (column, ((key, not rises), row))


@dataclass(slots=True)
class _System:
    """One figure: what it may be in hidden cells, and which circles let it vary."""

    is_people: bool
    below: int
    values: Values
    price: Values
    floor: Values
    out: set[Key]
    all_at: dict[Node, list[Step]] = field(init=False)
    at: dict[Node, list[Step]] = field(init=False)
    joins: dict[tuple[Node, Node], Move] = field(init=False, default_factory=dict)
    loose: dict[Key, int] = field(init=False)
    flow: dict[Key, int] = field(init=False, default_factory=dict)
    safe: dict[Key, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.all_at, self.at = defaultdict(list), defaultdict(list)
        for key in sorted(self.price, key=lambda each: (self.price[each], order(each))):
            for node, step in _steps(key):
                self.all_at[node].append(step)
        self.loose = self._loose()
        hidden, self.out = self.out, set()
        self.hide(sorted(hidden, key=lambda key: (self.values.get(key, 0), order(key))))

    def hide(self, keys: Collection[Key]) -> None:
        """The latest come first: they are the largest, and let others move furthest."""
        for key in keys:
            for node, step in _steps(key):
                self.at[node].insert(0, step)
                self.joins[node, step[1]] = step[0]
        self.out.update(keys)

    def is_safe(self, key: Key, *, is_small: bool) -> bool:
        """Whether flows in hidden circles carry the cell far enough up and down together."""
        needed = self._needed(key)
        if self.safe.get(key, 0) >= needed or not (is_small or self.is_people):
            return True
        value = self.values[key]
        up = self._moved(key, needed, rises=True)
        down = self._moved(key, needed - up if is_small else value, rises=False)
        return up + down >= needed or (not is_small and value - down >= self.below)

    def circle(self, key: Key) -> list[Key]:
        """The cells to hide so that this one can rise further: the cheapest circle there is.

        Several circles that carry little each may spare a total that one for all would cost.
        """
        needed = self._needed(key)
        missing = needed - self._moved(key, needed, rises=True)
        found: list[tuple[int, list[Key]]] = []
        while missing > 0:
            found += self._cheapest(key, missing)
            missing //= 2
        return min(found, key=lambda each: each[0], default=(0, []))[1]

    def _needed(self, key: Key) -> int:
        """What people do also moves with the people, and they are safe."""
        needed = room(self.below, self.values[key], is_people=self.is_people)
        return needed if self.is_people else needed - room(self.below, 0, is_people=True)

    def _loose(self) -> dict[Key, int]:
        """The totals that are not the sum of their parts, with the greatest of the parts."""
        sums: dict[tuple[int, Key], list[int]] = defaultdict(list)
        for key, value in self.values.items():
            for place, part in enumerate(key):
                if part is not None:
                    sums[place, (*key[:place], None, *key[place + 1 :])].append(value)
        return {
            total: max(parts)
            for (_place, total), parts in sums.items()
            if total in self.values and sum(parts) != self.values[total]
        }

    def _room(self, move: Move) -> int:
        """How much further the figure of a cell can move, beside what has flowed already."""
        key, rises = move
        if rises and not self.loose:
            return _ENDLESS
        value, moved = self.values.get(key, 0), self.flow.get(key, 0)
        if not rises:
            least = min(1, value) if self.is_people else min(value, self.floor.get(key, 0))
            return value + moved - max(least, self.loose.get(key, 0))
        tops = [
            self.values[total]
            for total in totals_of(key)
            if total in self.loose and total not in self.out
        ]
        return min(tops, default=_ENDLESS) - value - moved

    def _moved(self, key: Key, needed: int, *, rises: bool) -> int:
        """How far the cell moves, at most `needed`; the flows stay until the next question."""
        self.flow = {}
        moved = 0
        while moved < needed and (step := min(needed - moved, self._room((key, rises)))) > 0:
            if not (way := self._way(key, rises=rises)):
                break
            step = min(step, *map(self._room, way))
            for each, up in [(key, rises), *way]:
                self.flow[each] = self.flow.get(each, 0) + (step if up else -step)
            moved += step
        for each, flowed in self.flow.items():
            self.safe[each] = max(self.safe.get(each, 0), abs(flowed))
        return moved

    def _goal(self, key: Key, *, rises: bool) -> tuple[Node, Node]:
        """From where to where the circle through a cell must be closed."""
        row, column = _ends(key)
        return (column, row) if rises == (_sign(key) > 0) else (row, column)

    def _way(self, key: Key, *, rises: bool) -> list[Move]:
        """The shortest way round through hidden cells that can still move."""
        start, goal = self._goal(key, rises=rises)
        return self._square(start, goal) or self._search(key, start, goal)

    def _square(self, start: Node, goal: Node) -> list[Move]:
        """Three cells that close a square: nearly always there is one near the beginning."""
        for first, corner in self.at[start][:_NEAR]:
            if corner == goal or self._room(first) <= 0:
                continue
            for second, end in self.at[corner][:_NEAR]:
                last = self.joins.get((end, goal))
                if last is None or end == start or self._room(second) <= 0:
                    continue
                if self._room(last) > 0:
                    return [first, second, last]
        return []

    def _search(self, key: Key, start: Node, goal: Node) -> list[Move]:
        came: dict[Node, Step] = {start: ((key, False), start)}
        queue = deque([start])
        while queue and goal not in came:
            node = queue.popleft()
            for move, end in self.at[node]:
                if end not in came and move[0] != key and self._room(move) > 0:
                    came[end] = (move, node)
                    queue.append(end)
        way: list[Move] = []
        while goal != start and goal in came:
            move, goal = came[goal]
            way.append(move)
        return way

    def _cheapest(self, key: Key, step: int) -> list[tuple[int, list[Key]]]:
        """The cheapest way round on which each cell can move so far: its price, what it hides."""
        start, goal = self._goal(key, rises=True)
        best: dict[Node, int] = {start: 0}
        queue: list[tuple[int, int, Node, tuple[Key, ...]]] = [(0, 0, start, ())]
        tries = count()
        while queue:
            cost, _, node, way = heapq.heappop(queue)
            if node == goal:
                more = [each for each in way if each not in self.out]
                return [(cost, more)] if more else []
            if cost > best[node]:
                continue
            for move, end in self.all_at[node]:
                price = cost + self._price(move[0])
                is_better = price < best.get(end, price + 1) and move[0] != key
                if is_better and self._room(move) >= step:
                    best[end] = price
                    heapq.heappush(queue, (price, next(tries), end, (*way, move[0])))
        return []

    def _price(self, key: Key) -> int:
        if key in self.out:
            return 0
        return self.price[key] + (_LAST_RESORT if None in key else 0)
