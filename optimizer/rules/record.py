"""What the rest of the code asks of a rule, and the vocabulary in which a rule answers.

A rule is one file of this package that ends in a `Rule`; `optimizer.rules.RULES` has them all. Whoever needs something
of every rule loops over that: the compact model over `totals` and `rows`, explanations over `soften`, `exemptions` and
`loosenings`, restricted programs over `totals` and `keeps`, `caregroup check` over `impossible`, reports over `room`.
What a rule leaves out it has nothing to say on. Verification and the compiled kernels code every rule again, on
purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray, FloatArray, IntArray
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.columns import Columns, Networks
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.sums import Total
from optimizer.rules.changes import Change
from optimizer.rules.softening import Softening
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case


@dataclass(frozen=True)
class Exemption:
    """A rule broken once by a plan."""

    rule: str  # as verification names it
    subject: str
    words: str  # what is the matter: what to allow
    change: Change
    missed_by: float = 0.0  # share of the limit
    dear: Mapping[str, Any] = field(default_factory=dict)  # settings at which a plan that misses it by less is cheaper

    @property
    def price(self) -> float:
        return 1.0 + self.missed_by


@dataclass(frozen=True)
class Loosening:
    """One more unit of a rule, by settings or by a cell of a table."""

    words: str
    settings: Mapping[str, Any]
    tighter: Mapping[str, Any] = field(default_factory=dict)  # one unit less; empty for switches, locks and cells
    is_reach: bool = False  # whether more is in reach then
    is_price: bool = False  # whether no plan more is allowed, but plans are cheaper
    cell: Change | None = None  # of a table, instead of settings


@dataclass(frozen=True)
class Lock:
    """`words`: what is so without it; `without`: what drops it."""

    words: str
    without: Change


@dataclass(frozen=True)
class RestNetworks:
    """What the networks that stay as they are use of limits on sums over a plan."""

    number: IntArray  # [models]
    patients: IntArray  # [models]
    hires: FloatArray  # [roles] FTE beyond what their hubs hire
    setup: float  # pounds once, partners included


NO_NETWORKS = RestNetworks(np.zeros((), dtype=np.int64), np.zeros((), dtype=np.int64), np.zeros(()), 0.0)


@dataclass(frozen=True)
class Rest:
    """What stays as it is of a plan while a part of it, whole networks and hubs in none, is planned anew."""

    hubs: Columns
    run_by: IntArray  # [n] trusts of practices in none of the hubs, NONE = none
    moved: BoolArray  # [n] moved whatever becomes of the part: in none of the hubs for good, or one continues the group
    outside: BoolArray  # [n] in none of the hubs for good
    networks: RestNetworks = NO_NETWORKS


@dataclass(frozen=True)
class Room:
    """A figure of a plan beside its limit."""

    tier: Literal["hub", "network", "plan"]
    subject: str  # id of the hub or network; "plan"
    rule: str  # in a planner's words
    value: float
    limit: float
    at_least: bool  # whether the limit is the least or the most
    unit: str

    @property
    def room(self) -> float:
        """How far the value is from the limit; below 0 where the rule is broken."""
        return self.value - self.limit if self.at_least else self.limit - self.value

    @property
    def kept(self) -> bool:
        return self.room >= -1e-6


def _nothing(*_: Any) -> Iterable[Any]:
    return ()


def _no_rows(*_: Any) -> None:
    return None


def _as_it_is(given: Any, *_: Any) -> Any:
    return given


@dataclass(frozen=True)
class Rule:
    """One rule, as far as it has something to say."""

    name: str  # as verification names it

    # --- programs ---
    totals: Callable[[Problem], Iterable[Total]] = _nothing  # sums over the whole plan, with limits or without

    # --- the compact model (docs/model.md section 5) ---
    columns: Callable[[Problem, ColumnBlocks], None] = _no_rows  # blocks of its own, declared after all others
    rows: Callable[[Problem, ColumnBlocks, RowBlocks], None] = _no_rows  # those of its totals aside
    encode: Callable[[Problem, ColumnBlocks, Solution, FloatArray], None] = _no_rows  # its own columns, in a point

    # --- restricted programs, whose columns are whole hubs ---
    restrict: Callable[[Problem, Rest], Problem] = _as_it_is  # its limits less what the rest of a plan uses up
    keeps: Callable[[Problem, Columns], BoolArray] | None = None  # [C] whether each hub keeps a rule on its members
    keeps_networks: Callable[[Problem, Networks], BoolArray] | None = None  # [N] ... on all its hubs and their members

    # --- explanations ---
    widened: Callable[[Instance], Instance] = _as_it_is  # without its limits
    lifted: Callable[[Problem], Problem] = _as_it_is  # those that no setting lifts
    soften: Callable[[Softening], None] = _no_rows  # its limits over the widened model, totals aside, at a price
    exemptions: Callable[[Case], Iterable[Exemption]] = _nothing  # what a plan that breaks it is to be exempted from
    loosenings: Callable[[Instance], Iterable[Loosening]] = _nothing  # one more unit of it, locks aside
    locks: Callable[[Instance], Iterable[Lock]] = _nothing
    impossible: Callable[[Problem], Iterable[str]] = _nothing  # cheap proofs that no plan keeps it
    remarks: Callable[[Problem], Iterable[str]] = _nothing  # what it decides before anything is solved
    room: Callable[[Instance, Evaluation], Iterable[Room]] = _nothing  # how far a plan is from its limits
