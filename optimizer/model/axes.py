"""What the fields of a Problem run along and point into, said beside each field: how it is cut to part of the problem.

    patients: PerPractice[IntArray]       # one entry a practice: those left out go
    practice: PerSite[PracticeOrNone]     # one entry a site, each a practice, or NONE, also where that is left out
    roles: Whole[Roles]                   # nothing to do with practices, sites or candidates

A number or a text alone needs no word. `optimizer.model.restrict` refuses any other field that says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Protocol, TypeVar

import numpy as np

from optimizer.model.arrays import NONE, IntArray
from optimizer.model.pairs import Pairs


class Axis(Enum):
    """What a Problem is cut along."""

    PRACTICE = "practice"
    SITE = "site"
    CANDIDATE = "candidate"


@dataclass(frozen=True)
class Chosen:
    """What stays of the `n` entries of an axis."""

    n: int
    which: IntArray  # ascending

    @cached_property
    def place(self) -> IntArray:
        """[n] place among the chosen, NONE = not one of them."""
        place = np.full(self.n, NONE)
        place[self.which] = np.arange(len(self.which))
        return place


class Cut(Protocol):
    """Makes of the value of a field that of the part."""

    def __call__(self, value: Any, chosen: Mapping[Axis, Chosen]) -> Any: ...


@dataclass(frozen=True)
class Along:
    """One entry for each of the axis."""

    axis: Axis

    def __call__(self, value: Any, chosen: Mapping[Axis, Chosen]) -> Any:
        which = chosen[self.axis].which
        return tuple(value[i] for i in which) if isinstance(value, tuple) else value[which]


@dataclass(frozen=True)
class Into:
    """Entries are indices of the axis or NONE."""

    axis: Axis

    def __call__(self, value: IntArray, chosen: Mapping[Axis, Chosen]) -> IntArray:
        return np.append(chosen[self.axis].place, NONE)[value]  # NONE is the last


@dataclass(frozen=True)
class Among:
    """Rows of indices of the axis, which say something of all of them together."""

    axis: Axis

    def __call__(self, value: IntArray, chosen: Mapping[Axis, Chosen]) -> IntArray:
        inside = chosen[self.axis].place[value]
        return np.asarray(inside[(inside >= 0).all(axis=1)])


@dataclass(frozen=True)
class Between:
    """Pairs of an entry of one axis and one of another."""

    rows: Axis
    columns: Axis

    def __call__(self, value: Pairs, chosen: Mapping[Axis, Chosen]) -> Pairs:
        rows, columns = chosen[self.rows], chosen[self.columns]
        row, column = rows.place[value.row], columns.place[value.column]
        keep = (row >= 0) & (column >= 0)
        n_rows, n_columns = len(rows.which), len(columns.which)
        return Pairs(n_rows, n_columns, row[keep], column[keep], value.km[keep], value.cost[keep])


@dataclass(frozen=True)
class EachBetween:
    """Several tables of pairs."""

    rows: Axis
    columns: Axis

    def __call__(self, value: tuple[Pairs, ...], chosen: Mapping[Axis, Chosen]) -> tuple[Pairs, ...]:
        return tuple(Between(self.rows, self.columns)(pairs, chosen) for pairs in value)


@dataclass(frozen=True)
class OneOf:
    """For some entries of one axis, those of another of which one must be theirs."""

    axis: Axis
    others: Axis

    def __call__(self, value: Any, chosen: Mapping[Axis, Chosen]) -> tuple[tuple[int, tuple[int, ...]], ...]:
        place, others = chosen[self.axis].place, chosen[self.others].place
        inside = ((int(place[i]), others[list(of)].tolist()) for i, of in value if place[i] >= 0)
        return tuple((i, tuple(n for n in of if n >= 0)) for i, of in inside)


@dataclass(frozen=True)
class Uncut:
    """The same for every part."""

    def __call__(self, value: Any, chosen: Mapping[Axis, Chosen]) -> Any:
        del chosen
        return value


T = TypeVar("T")
PerPractice = Annotated[T, Along(Axis.PRACTICE)]
PerSite = Annotated[T, Along(Axis.SITE)]
PerCandidate = Annotated[T, Along(Axis.CANDIDATE)]
Whole = Annotated[T, Uncut()]
PracticeOrNone = Annotated[IntArray, Into(Axis.PRACTICE)]
SiteOrNone = Annotated[IntArray, Into(Axis.SITE)]
