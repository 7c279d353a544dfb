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
import math
from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count

from app.participation.queries import Key

PEOPLE = "people"
Values = Mapping[Key, int]
Node = int
Move = int
"""Twice the number of a cell, and one more where the cell rises."""
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
    graph = _Graph(figures[PEOPLE], small)
    out = {graph.number[key] for key in small}
    work = deque(sorted(out, key=graph.rank.__getitem__))
    few = frozenset(out)
    systems = [
        _System(name == PEOPLE, below, graph, values, out) for name, values in figures.items()
    ]
    while work:
        cell = work.popleft()
        for system in systems:
            while not system.is_safe(cell, is_small=cell in few):
                if not (more := system.circle(cell) or graph.next(cell, out)):
                    break
                work.extend(more)
                for each in systems:
                    each.hide(more)
                out.update(more)
    return frozenset(graph.keys[cell] for cell in out)


def order(key: Key) -> tuple[str, ...]:
    return tuple(value or "" for value in key)


def totals_of(key: Key) -> Iterator[Key]:
    """The next wider cells, one for each breakdown."""
    for place, value in enumerate(key):
        if value is not None:
            yield (*key[:place], None, *key[place + 1 :])


@dataclass(slots=True)
class _Graph:
    """Cells and their ends as numbers, which are looked up many times sooner than their names."""

    people: Values
    small: Collection[Key]
    keys: list[Key] = field(init=False)
    number: dict[Key, int] = field(init=False)
    rank: list[int] = field(init=False)
    """The place of each cell in the order of the keys."""
    steps: list[tuple[tuple[Node, Step], tuple[Node, Step]]] = field(init=False)
    """The two ways to pass through a cell, each with where it begins."""
    totals: list[list[int]] = field(init=False)
    price: list[int] = field(init=False)
    at: list[list[Step]] = field(init=False)
    """All ways on from a node, the cheapest first."""

    def __post_init__(self) -> None:
        self.keys = list(dict.fromkeys((*self.people, *self.small)))
        self.number = {key: cell for cell, key in enumerate(self.keys)}
        self.rank = [0] * len(self.keys)
        for place, key in enumerate(sorted(self.keys, key=order)):
            self.rank[self.number[key]] = place
        nodes: dict[tuple[int, str | None], Node] = {}
        self.steps = [self._steps(cell, key, nodes) for cell, key in enumerate(self.keys)]
        number = self.number
        self.totals = [
            [number[each] for each in totals_of(key) if each in number] for key in self.keys
        ]
        self.price = [self.people.get(key, 0) for key in self.keys]
        self.at = [[] for _ in nodes]
        shown = (cell for cell, price in enumerate(self.price) if price > 0)
        for cell in sorted(shown, key=lambda each: (self.price[each], self.rank[each])):
            for node, step in self.steps[cell]:
                self.at[node].append(step)

    def next(self, cell: int, out: Collection[int]) -> list[int]:
        """The cheapest shown total of a cell, or else any cell: some circle needs it."""
        near = [each for each in self.totals[cell] if self.price[each] > 0 and each not in out]
        every = range(len(self.keys)) if not near else ()
        far = [each for each in every if self.price[each] > 0 and each not in out]
        return sorted(near or far, key=lambda each: (self.price[each], self.rank[each]))[:1]

    @staticmethod
    def _steps(
        cell: int, key: Key, nodes: dict[tuple[int, str | None], Node]
    ) -> tuple[tuple[Node, Step], tuple[Node, Step]]:
        """A cell joins its row and its column; those of a single line all join the same two.

        A total stands on the other side of its sum.
        """
        ends = ((0, key[0]), (1, key[1])) if len(key) > 1 else ((0, None), (1, None))
        row, column = (nodes.setdefault(end, len(nodes)) for end in ends)
        rises = 0 if key.count(None) % 2 else 1
        return (row, (2 * cell + rises, column)), (column, (2 * cell + 1 - rises, row))


@dataclass(slots=True)
class _System:
    """One figure: what it may be in hidden cells, and which circles let it vary."""

    is_people: bool
    below: int
    graph: _Graph
    figures: Values
    hidden: Collection[int]
    out: set[int] = field(init=False, default_factory=set)
    at: list[list[Step]] = field(init=False)
    joins: dict[tuple[Node, Node], Move] = field(init=False, default_factory=dict)
    values: list[int] = field(init=False)
    spare: list[int] = field(init=False)
    """How much further each move can go, beside what has flowed already."""
    bounds: list[list[int]] = field(init=False)
    """The totals that are not the sum of their parts: no part outgrows one that is shown."""
    bounded: dict[int, list[int]] = field(init=False)
    """Of each of these totals its parts."""
    flow: dict[int, int] = field(init=False, default_factory=dict)
    safe: list[int] = field(init=False)
    prices: list[int] = field(init=False)
    """What it costs to hide each cell: nothing more where it is hidden."""

    def __post_init__(self) -> None:
        graph = self.graph
        self.at = [[] for _ in graph.at]
        self.values = [self.figures.get(key, 0) for key in graph.keys]
        self.safe = [0] * len(self.values)
        self.prices = [
            price + (_LAST_RESORT if None in key else 0)
            for key, price in zip(graph.keys, graph.price, strict=True)
        ]
        loose = self._loose()
        self.bounds = [[each for each in totals if each in loose] for totals in graph.totals]
        self.bounded = {total: [] for total in loose}
        for cell, totals in enumerate(self.bounds):
            for total in totals:
                self.bounded[total].append(cell)
        self.spare = []
        for cell, least in enumerate(self._least()):
            self.spare += self.values[cell] - max(least, loose.get(cell, 0)), self._top(cell)
        self.hide(sorted(self.hidden, key=lambda each: (self.values[each], graph.rank[each])))

    def hide(self, cells: Sequence[int]) -> None:
        """The latest come first: they are the largest, and let others move furthest."""
        for cell in cells:
            for node, step in self.graph.steps[cell]:
                self.at[node].insert(0, step)
                self.joins[node, step[1]] = step[0]
            self.prices[cell] = 0
        self.out.update(cells)
        for part in chain.from_iterable(self.bounded.get(cell, ()) for cell in cells):
            self.spare[2 * part + 1] = self._top(part) - self.flow.get(part, 0)

    def is_safe(self, cell: int, *, is_small: bool) -> bool:
        """Whether flows in hidden circles carry the cell far enough up and down together."""
        needed = self._needed(cell)
        if self.safe[cell] >= needed or not (is_small or self.is_people):
            return True
        value = self.values[cell]
        up = self._moved(cell, needed, rises=True)
        down = self._moved(cell, needed - up if is_small else value, rises=False)
        return up + down >= needed or (not is_small and value - down >= self.below)

    def circle(self, cell: int) -> list[int]:
        """The cells to hide so that this one can rise further: the cheapest circle there is.

        Several circles that carry little each may spare a total that one for all would cost.
        """
        needed = self._needed(cell)
        missing = needed - self._moved(cell, needed, rises=True)
        found: list[tuple[int, list[int]]] = []
        while missing > 0:
            found += self._cheapest(cell, missing)
            missing //= 2
        return min(found, key=lambda each: each[0], default=(0, []))[1]

    def _needed(self, cell: int) -> int:
        """What people do also moves with the people, and they are safe."""
        needed = room(self.below, self.values[cell], is_people=self.is_people)
        return needed if self.is_people else needed - room(self.below, 0, is_people=True)

    def _least(self) -> Iterator[int]:
        """A hidden cell has somebody in it, and whoever is in it did something."""
        for value, people in zip(self.values, self.graph.price, strict=True):
            yield min(1, value) if self.is_people else min(value, people)

    def _loose(self) -> dict[int, int]:
        """The totals that are not the sum of their parts, with the greatest of the parts."""
        sums: dict[tuple[int, int], list[int]] = defaultdict(list)
        number = self.graph.number
        for key in self.figures:
            for place, part in enumerate(key):
                total = number.get((*key[:place], None, *key[place + 1 :]))
                if part is not None and total is not None:
                    sums[place, total].append(self.figures[key])
        return {
            total: max(parts)
            for (_place, total), parts in sums.items()
            if sum(parts) != self.values[total]
        }

    def _top(self, cell: int) -> int:
        """How far it can rise where nothing has flowed."""
        shown = (self.values[each] for each in self.bounds[cell] if each not in self.out)
        return min(shown, default=_ENDLESS) - self.values[cell]

    def _flows(self, move: Move, far: int) -> None:
        cell, up = move >> 1, far if move & 1 else -far
        self.flow[cell] = self.flow.get(cell, 0) + up
        self.spare[2 * cell] += up
        self.spare[2 * cell + 1] -= up

    def _moved(self, cell: int, needed: int, *, rises: bool) -> int:
        """How far the cell moves, at most `needed`; the flows stay until the next question."""
        for other, flowed in self.flow.items():
            self.spare[2 * other] -= flowed
            self.spare[2 * other + 1] += flowed
        self.flow = {}
        moved, move, spare = 0, 2 * cell + rises, self.spare
        while moved < needed and (step := min(needed - moved, spare[move])) > 0:
            if not (way := self._way(move)):
                break
            step = min(step, *(spare[each] for each in way))
            for each in (move, *way):
                self._flows(each, step)
            moved += step
        for other, flowed in self.flow.items():
            self.safe[other] = max(self.safe[other], abs(flowed))
        return moved

    def _goal(self, move: Move) -> tuple[Node, Node]:
        """From where to where the circle through a cell must be closed."""
        (row, (forwards, column)), _ = self.graph.steps[move >> 1]
        return (column, row) if move == forwards else (row, column)

    def _way(self, move: Move) -> list[Move]:
        """The shortest way round through hidden cells that can still move."""
        start, goal = self._goal(move)
        return self._square(start, goal) or self._search(move >> 1, start, goal)

    def _square(self, start: Node, goal: Node) -> list[Move]:
        """Three cells that close a square: nearly always there is one near the beginning."""
        joins, spare = self.joins, self.spare
        for first, corner in self.at[start][:_NEAR]:
            if corner == goal or spare[first] <= 0:
                continue
            for second, end in self.at[corner][:_NEAR]:
                last = joins.get((end, goal))
                if last is None or end == start or spare[second] <= 0:
                    continue
                if spare[last] > 0:
                    return [first, second, last]
        return []

    def _search(self, cell: int, start: Node, goal: Node) -> list[Move]:
        came: list[Step | None] = [None] * len(self.at)
        came[start] = (0, start)
        queue, spare = deque([start]), self.spare
        while queue and came[goal] is None:
            node = queue.popleft()
            for move, end in self.at[node]:
                if came[end] is None and move >> 1 != cell and spare[move] > 0:
                    came[end] = (move, node)
                    queue.append(end)
        way: list[Move] = []
        while goal != start and (step := came[goal]):
            move, goal = step
            way.append(move)
        return way

    def _cheapest(self, cell: int, step: int) -> list[tuple[int, list[int]]]:
        """The cheapest way round on which each cell can move so far: its price, what it hides."""
        start, goal = self._goal(2 * cell + 1)
        best: list[float] = [math.inf] * len(self.at)
        best[start] = 0
        queue: list[tuple[int, int, Node, tuple[int, ...]]] = [(0, 0, start, ())]
        tries, prices, spare = count(), self.prices, self.spare
        while queue:
            cost, _, node, way = heapq.heappop(queue)
            if node == goal:
                more = [each for each in way if each not in self.out]
                return [(cost, more)] if more else []
            if cost > best[node]:
                continue
            for move, end in self.graph.at[node]:
                price = cost + prices[move >> 1]
                is_better = price < best[end] and price < best[goal] and move >> 1 != cell
                if is_better and spare[move] >= step:
                    best[end] = price
                    heapq.heappush(queue, (price, next(tries), end, (*way, move >> 1)))
        return []
