"""Smooth random surfaces over the plane: what neighbours have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_WAVES = 96  # enough for a surface that looks Gaussian


def smooth_field(xy_km: Floats, *, length_km: float, rng: np.random.Generator) -> Floats:
    """A surface of mean 0 and variance 1 at points `float64[n, 2]`, correlated over about `length_km`.

    Random Fourier features of the Gaussian kernel (Rahimi and Recht, NIPS 2007).
    """
    waves = rng.normal(scale=1.0 / length_km, size=(2, _WAVES))
    phases = rng.uniform(0.0, 2.0 * np.pi, _WAVES)
    return np.asarray(np.sqrt(2.0 / _WAVES) * np.cos(xy_km @ waves + phases).sum(axis=1))


def standardised(values: Floats) -> Floats:
    """Shifted and scaled to mean 0 and variance 1."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / (spread if spread > 0 else 1.0))


def shares_to_counts(weights: Floats, total: int) -> Ints:
    """Whole numbers that add up to `total`, in proportion to `weights` (largest remainder)."""
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(counts - exact, kind="stable")
    counts[by_remainder[: total - int(counts.sum())]] += 1
    return np.asarray(counts)


def whole_number(share: float, total: int, *, at_least: int = 0) -> int:
    """`share` of `total`, rounded, within [at_least, total]."""
    return min(total, max(at_least, round(share * total)))


def nearest_others(xy: Floats) -> tuple[Floats, Ints]:
    """Distance to, and number of, the nearest other point; float64[n] and int64[n]."""
    distance, index = cKDTree(xy).query(xy, k=2)
    distance, index = np.asarray(distance), np.asarray(index, np.int64)
    other = np.where(index[:, 1] == np.arange(len(xy)), 0, 1)  # of two at one spot either may come first
    rows = np.arange(len(xy))
    return distance[:, 1], index[rows, other]
