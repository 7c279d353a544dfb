"""How small and how large an unknown can be that fits all that is known: linear programmes.

Knows nothing of tables: columns with bounds, rows with bounds, whole numbers where asked for.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Protocol

import highspy
import numpy as np
from numpy.typing import NDArray

_WHOLE = 1e-5
_DIRECTIONS = 16
_TOGETHER = (64, 16, 4)
"""How many unknowns are looked at together, before each that is left is looked at alone."""
_MOST_BRANCHES = 2000
_PRIMAL = 4
"""The simplex method that goes on from the last answer when only the direction changes."""
_NEAR_ENOUGH = 0.2
_SEED = 7


class Enough(Protocol):
    """Whether an unknown that takes these two values, and none below `least`, is settled.

    It may take smaller ones than `low`, which nobody has looked for yet.
    """

    def __call__(self, low: float, high: float, *, least: float) -> bool: ...


@dataclass(frozen=True, slots=True)
class Column:
    low: float
    high: float
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """What a weighted sum of columns may be."""

    low: float
    high: float
    parts: Mapping[int, float]


@dataclass(slots=True)
class Unknowns:
    """Everything that fits; `low` and `high` are values seen in answers that fit, so true."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    low: NDArray[np.float64] = field(init=False)
    high: NDArray[np.float64] = field(init=False)
    _linear: highspy.Highs = field(init=False)
    _branching: highspy.Highs | None = field(init=False, default=None)
    _are_whole: NDArray[np.bool_] = field(init=False)
    _bounds: tuple[NDArray[np.float64], NDArray[np.float64]] = field(init=False)
    _is_held: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.low = np.full(len(self.columns), np.inf)
        self.high = np.full(len(self.columns), -np.inf)
        self._are_whole = np.array([each.is_whole for each in self.columns], dtype=bool)
        self._bounds = self._ends()
        self._linear = self._solver(are_whole=False)

    def fits(self) -> bool:
        """Whether anything fits at all; whole numbers are not asked for."""
        return self._answer(self._linear, np.zeros(len(self.columns))) is not None

    def least(self, costs: Mapping[int, float]) -> float:
        """The least weighted sum of columns."""
        weights = np.zeros(len(self.columns))
        for at, cost in costs.items():
            weights[at] = cost
        answer = self._answer(self._linear, weights)
        return float(answer @ weights) if answer is not None else 0.0

    def explore(self, targets: Mapping[int, Enough]) -> dict[int, tuple[float, float]]:
        """The range of every target that is not enough, as whole answers show it.

        A range may be narrower than the true one where whole numbers are hard to find: then more
        is suspected than is true, never less.
        """
        base = self._go(dict.fromkeys(targets, -1.0))[1]
        if base is not None:
            self._hold(base, targets)
            self._look_around(list(targets))
            self._settle_together(targets)
            self._hold(None, targets)
        self._settle_together(targets)
        return self._settle(targets)

    def _settle_together(self, targets: Mapping[int, Enough]) -> None:
        """Look for small and large values of many targets at once, then of fewer.

        Neighbours take from one another, so those of one group lie far apart.
        """
        for together in _TOGETHER:
            left = [at for at in targets if not self._is_settled(at, targets[at])]
            groups = -(-len(left) // together)
            for first in range(groups):
                for direction in (1.0, -1.0):
                    self._go(dict.fromkeys(left[first::groups], direction))

    def _is_settled(self, at: int, enough: Enough) -> bool:
        return enough(self.low[at], self.high[at], least=self.columns[at].low)

    def _settle(self, targets: Mapping[int, Enough]) -> dict[int, tuple[float, float]]:
        """Look for a small and a large value of each target that is not settled."""
        narrow = {}
        for at, enough in targets.items():
            least = self.columns[at].low
            for direction in (1.0, -1.0):
                if not enough(self.low[at], self.high[at], least=least):
                    bound, _ = self._go({at: direction})
                    if direction > 0 and not self._is_held:
                        least = max(least, self._proven(at, bound))
            if not enough(self.low[at], self.high[at], least=least):
                narrow[at] = (float(self.low[at]), float(self.high[at]))
        return narrow

    def _proven(self, at: int, bound: float) -> float:
        """What a target is at least, when its smallest broken answer is this."""
        safe = bound - _WHOLE
        return float(np.ceil(safe)) if self.columns[at].is_whole else safe

    def _hold(self, base: NDArray[np.float64] | None, free: Collection[int]) -> None:
        """Let only the targets vary, about an answer that fits; None: let all vary again.

        What is found so fits as well, and is found much sooner.
        """
        self._is_held = base is not None
        low, high = self._ends()
        if base is not None:
            held = np.array([at for at in range(len(low)) if at not in free], dtype=np.int64)
            low[held] = high[held] = np.round(base[held], 6)
        columns = np.arange(len(low), dtype=np.int32)
        self._linear.changeColsBounds(len(low), columns, low, high)
        self._bounds = (low, high)

    def _look_around(self, targets: Sequence[int]) -> None:
        """A few answers far apart show most targets to vary enough."""
        dice = random.Random(_SEED)  # noqa: S311 - nothing secret: the same answers every time
        for _ in range(_DIRECTIONS if len(targets) > _DIRECTIONS else 0):
            self._go({at: dice.choice((-1.0, 1.0)) for at in targets})

    def _go(self, costs: Mapping[int, float]) -> tuple[float, NDArray[np.float64] | None]:
        """Note an answer far in this direction; with a bound of the weighted sum."""
        weights = np.zeros(len(self.columns))
        for at, cost in costs.items():
            weights[at] = cost
        answer = self._answer(self._linear, weights)
        if answer is None:
            return -np.inf, None
        bound = float(answer @ weights)
        if not self._is_whole(answer):
            answer = self._whole(answer, weights)
        if answer is not None:
            np.minimum(self.low, np.round(answer, 6), out=self.low)
            np.maximum(self.high, np.round(answer, 6), out=self.high)
        return bound, answer

    def _whole(
        self, answer: NDArray[np.float64], weights: NDArray[np.float64]
    ) -> NDArray[np.float64] | None:
        """Whole numbers beside a broken answer, or else wherever there are some."""
        if self._branching is None:
            self._branching = self._solver(are_whole=True)
        low, high = self._bounds
        near = (
            np.maximum(low, np.floor(answer + _WHOLE)),
            np.minimum(high, np.ceil(answer - _WHOLE)),
        )
        columns = np.arange(len(low), dtype=np.int32)
        for least, most in (near, (low, high)):
            self._branching.changeColsBounds(len(low), columns, least, np.maximum(least, most))
            found = self._answer(self._branching, weights)
            if found is not None:
                return found
        return None

    def _ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low = np.array([each.low for each in self.columns], dtype=np.float64)
        return low, np.array([each.high for each in self.columns], dtype=np.float64)

    def _is_whole(self, answer: NDArray[np.float64]) -> bool:
        whole = answer[self._are_whole]
        return bool(np.all(np.abs(whole - np.round(whole)) < _WHOLE))

    @staticmethod
    def _answer(solver: highspy.Highs, weights: NDArray[np.float64]) -> NDArray[np.float64] | None:
        count = len(weights)
        solver.changeColsCost(count, np.arange(count, dtype=np.int32), weights)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(solver.getSolution().col_value)

    def _solver(self, *, are_whole: bool) -> highspy.Highs:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.columns), len(self.rows)
        model.col_cost_ = np.zeros(len(self.columns))
        model.col_lower_, model.col_upper_ = self._ends()
        model.row_lower_ = np.array([each.low for each in self.rows])
        model.row_upper_ = np.array([each.high for each in self.rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lengths = accumulate((len(each.parts) for each in self.rows), initial=0)
        model.a_matrix_.start_ = np.array(list(lengths), dtype=np.int32)
        parts = [part for each in self.rows for part in each.parts.items()]
        model.a_matrix_.index_ = np.array([at for at, _ in parts], dtype=np.int32)
        model.a_matrix_.value_ = np.array([factor for _, factor in parts], dtype=np.float64)
        if are_whole:
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[each.is_whole] for each in self.columns]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own options
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("simplex_strategy", _PRIMAL)
        if not are_whole:
            # Making these programmes smaller beforehand takes a hundred times as long as answering.
            solver.setOptionValue("presolve", "off")
        solver.setOptionValue("mip_max_nodes", _MOST_BRANCHES)
        solver.setOptionValue("mip_rel_gap", _NEAR_ENOUGH)
        solver.passModel(model)
        return solver
