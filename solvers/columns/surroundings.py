"""What a tree hears from and tells the outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from optimizer.model.arrays import FloatArray
from optimizer.model.columns import Column
from optimizer.model.solution import Solution
from solvers.columns.watch import UNWATCHED, Watch


@dataclass(frozen=True)
class Surroundings:
    """`incumbent()`: cost of the best plan, inf = none; `plan()`: that plan, None = none or not to be begun from."""

    incumbent: Callable[[], float]
    is_over: Callable[[], bool]
    on_bound: Callable[[float], None]
    on_solution: Callable[[Solution], bool]  # whether it is a plan
    on_columns: Callable[[list[Column]], None]  # hubs that masters use, new to who listens
    on_guide: Callable[[FloatArray], None]  # [pairs in reach] pounds a year of a node's plans with each, at least
    deadline: float  # time.monotonic()
    on_sketch: Callable[[Solution], None] = lambda _: None  # what a node's optimum is near to, rules broken or not
    watch: Watch = UNWATCHED
    plan: Callable[[], Solution | None] = lambda: None
    on_step: Callable[[], None] = lambda: None  # between two steps, the tree being whole
