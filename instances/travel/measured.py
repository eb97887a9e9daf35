"""Pairs of points whose travel is wanted, and what was measured of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from instances.rows import TravelTable
from instances.travel.points import FloatArray, IntArray, Points, straight_km

_METRES, _SECONDS = 1_000.0, 60.0  # of what is kept: in a km, in a minute
_FAR_KM = 1.0
_NOISE = 1e-9  # of a metre or second: what floating-point numbers add is not rounded up


@dataclass(frozen=True)
class Wanted:
    """Pairs `origins[row[k]]` to `destinations[column[k]]`, each once."""

    origins: Points
    destinations: Points
    row: IntArray  # [pairs]
    column: IntArray  # [pairs]

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def straight_km(self) -> FloatArray:
        """[pairs]."""
        return straight_km(self.origins, self.destinations, self.row, self.column)


@dataclass(frozen=True)
class Measured:
    """Travel of the wanted pairs: km and minutes, NaN of a pair without a way; None = not measured at all."""

    wanted: Wanted
    km: FloatArray | None  # [pairs]
    minutes: FloatArray | None  # [pairs]
    notes: tuple[str, ...] = ()  # what was done, for people
    warnings: tuple[str, ...] = ()  # what they should look at

    @property
    def circuity(self) -> float | None:
        """Median km per km of straight line, of pairs far enough apart to tell; None where no km were measured."""
        if self.km is None:
            return None
        told = (self.wanted.straight_km >= _FAR_KM) & ~np.isnan(self.km)
        return float(np.median(self.km[told] / self.wanted.straight_km[told])) if told.any() else None

    @property
    def table(self) -> TravelTable:
        """The pairs that have a way."""
        measured = [values for values in (self.km, self.minutes) if values is not None]
        at = np.flatnonzero(~np.isnan(np.vstack(measured)).any(axis=0))
        ids = [
            tuple(points.ids[k] for k in positions[at].tolist())
            for points, positions in (
                (self.wanted.origins, self.wanted.row),
                (self.wanted.destinations, self.wanted.column),
            )
        ]
        return TravelTable(
            origin=ids[0],
            destination=ids[1],
            km=None if self.km is None else tuple(self.km[at].tolist()),
            minutes=None if self.minutes is None else tuple(self.minutes[at].tolist()),
        )


def number_of_pairs(n: int) -> str:
    """In words."""
    return f"{n:,} pair" if n == 1 else f"{n:,} pairs"


def road_km(km: FloatArray, straight: FloatArray) -> FloatArray:
    """Whole metres, rounded up, and never less than the straight line: engines measure from road to road."""
    return _rounded_up(np.maximum(km, straight), _METRES)


def whole_seconds(minutes: FloatArray) -> FloatArray:
    """Minutes of whole seconds, rounded up."""
    return np.asarray(np.round(_rounded_up(minutes, _SECONDS), 4))


def _rounded_up(values: FloatArray, parts: float) -> FloatArray:
    """To whole parts; a zero without a sign."""
    return np.asarray(np.ceil(values * parts - _NOISE) / parts + 0.0)
