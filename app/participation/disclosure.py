"""Which cells may be shown: figures about too few people are hidden, and what would betray them.

A table with its totals is a graph: every row and every column is a node, every cell (a total too)
joins its row and its column, and each node says that its cells add up. The value of a hidden cell
can be worked out exactly when it lies on no circle of hidden cells. So besides the small cells we
hide the smallest others that close such circles, and where all that is hidden in a row or column
belongs to too few people together, one more.

Counts of persons do not always add up (one person may be at two providers), so this hides rather
too much than too little.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.participation.queries import Counts, Key, Table

_LAST_RESORT = 10**12
"""Added to the price of hiding a total: totals go only when nothing else helps."""
Node = tuple[int, str | None]
Graph = dict[Node, list[tuple[Key, Node]]]
Weights = Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Released:
    """A table as it may be shown; hidden cells have no counts."""

    table: Table
    below: int
    cells: Mapping[Key, Counts | None]

    @property
    def total(self) -> Counts | None:
        return self.cells.get((None,) * len(self.table.question.by), Counts())

    @property
    def hides_something(self) -> bool:
        return None in self.cells.values()


def release(table: Table, below: int) -> Released:
    """Hide what belongs to 1 to `below` - 1 people, in all its figures, and what would tell it."""
    out = hidden({key: counts.people for key, counts in table.cells.items()}, below)
    return Released(table, below, {k: None if k in out else c for k, c in table.cells.items()})


def hidden(people: Weights, below: int) -> frozenset[Key]:
    """The cells to hide, of a table of up to two dimensions with all its totals."""
    filled = {key: count for key, count in people.items() if count > 0}
    out = {key for key, count in filled.items() if count < below}
    while new := set(_too_little_in_line(filled, out, below)) or set(_betrayed(filled, out)):
        out |= new
    return frozenset(out)


def _too_little_in_line(filled: Weights, out: set[Key], below: int) -> Iterator[Key]:
    """The next smallest cell of each line whose total shows how little was hidden in it."""
    for total, line in _lines(filled):
        gone = [key for key in line if key in out]
        shown = [key for key in line if key not in out]
        told = total not in out and total in filled
        if gone and shown and told and (len(gone) == 1 or sum(filled[k] for k in gone) < below):
            yield min(shown, key=lambda key: (filled[key], _order(key)))


def _lines(filled: Weights) -> Iterator[tuple[Key, list[Key]]]:
    """Every total with the cells that make it up; the grand total is made up in two ways."""
    lines: dict[tuple[int, Key], list[Key]] = defaultdict(list)
    for key in filled:
        for place, value in enumerate(key):
            if value is not None:
                lines[place, (*key[:place], None, *key[place + 1 :])].append(key)
    for (_place, total), line in sorted(lines.items(), key=lambda item: _order(item[0][1])):
        yield total, line


def _order(key: Key) -> tuple[str, ...]:
    return tuple(value or "" for value in key)


def _betrayed(filled: Weights, out: set[Key]) -> set[Key]:
    """Cells of a table of two dimensions to hide too, because a hidden one is on no circle."""
    if any(len(key) < 2 for key in filled):  # noqa: PLR2004 - one line: enough is hidden already
        return set()
    graph = _graph(filled)
    among_hidden = _graph(out)
    doubtful = [key for key in out if not _on_square(key, among_hidden)]
    return {key for cell in doubtful for key in _way_round(cell, graph, filled, out)} - out


def _on_square(cell: Key, graph: Graph) -> bool:
    """Whether three other hidden cells close the shortest circle there is; true of nearly all."""
    row, column = _ends(cell)
    beside = {end for key, end in graph[column] if key != cell}
    return any(
        end in beside
        for key, other in graph[row]
        if key != cell
        for _, end in graph[other]
        if end != row
    )


def _ends(cell: Key) -> tuple[Node, Node]:
    return (0, cell[0]), (1, cell[1])


def _graph(cells: Iterable[Key]) -> Graph:
    graph: Graph = defaultdict(list)
    for key in sorted(cells, key=_order):
        row, column = _ends(key)
        graph[row].append((key, column))
        graph[column].append((key, row))
    return graph


def _way_round(cell: Key, graph: Graph, filled: Weights, out: set[Key]) -> tuple[Key, ...]:
    """The cheapest way from the row of this cell to its column over others; hidden ones cost 0."""
    start, goal = _ends(cell)
    best: dict[Node, int] = {start: 0}
    queue: list[tuple[int, str, Node, tuple[Key, ...]]] = [(0, "", start, ())]
    while queue:
        cost, _, node, way = heapq.heappop(queue)
        if node == goal:
            return way
        for key, neighbour in graph[node]:
            price = cost + _price(key, filled, out)
            if key != cell and price < best.get(neighbour, price + 1):
                best[neighbour] = price
                heapq.heappush(queue, (price, str(neighbour), neighbour, (*way, key)))
    return ()


def _price(key: Key, filled: Weights, out: set[Key]) -> int:
    if key in out:
        return 0
    return filled[key] + (_LAST_RESORT if None in key else 0)
