"""How strained each practice is, next to the others: docs/model.md, section 4.

Ranks are exact, so that practices alike in the decimals of a file are alike here, whatever dividing does to floats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, get_args

import numpy as np

from instances import Instance, Practice
from instances.values import Rating
from optimizer.model.arrays import BoolArray, FloatArray
from optimizer.model.decimals import exact

_UNKNOWN = Fraction(1, 2)
_WORSE: tuple[str, ...] = get_args(get_args(Rating)[0])  # in the schema's order, the best first


def strain(instance: Instance) -> FloatArray:
    """[n] 0 = least to 1 = most strained; 0.5 where nothing is known of a practice."""
    known = _strains(instance)
    return np.array([float(_UNKNOWN if each is None else each) for each in known])


def is_strained(instance: Instance, least: float) -> BoolArray:
    """[n] whether strain is known and at least so much."""
    limit = exact(least)
    return np.array([each is not None and each >= limit for each in _strains(instance)], dtype=bool)


def ridits(keys: Sequence[Any | None], patients: Sequence[int]) -> list[Fraction | None]:
    """Share of patients in practices with a lesser key, plus half of those with the same; None without a key."""
    with_key: Counter[Any] = Counter()
    for key, count in zip(keys, patients, strict=True):
        if key is not None:
            with_key[key] += count
    total, below = with_key.total(), 0
    if not total:
        return [None for _ in keys]
    found = {}
    for key in sorted(with_key):
        found[key] = Fraction(2 * below + with_key[key], 2 * total)
        below += with_key[key]
    return [None if key is None else found[key] for key in keys]


def _strains(instance: Instance) -> list[Fraction | None]:
    """[n] as stated, or the mean over the measures that anybody reports; None where a practice reports none."""
    rows = instance.practices
    patients = [p.patients for p in rows]
    ranked = [ridits([measure(p) for p in rows], patients) for measure in _MEASURES]
    reported = [ranks for ranks in ranked if any(rank is not None for rank in ranks)]
    return [
        _mean([ranks[i] for ranks in reported]) if practice.strain is None else exact(practice.strain)
        for i, practice in enumerate(rows)
    ]


def _mean(ranks: list[Fraction | None]) -> Fraction | None:
    if all(rank is None for rank in ranks):
        return None
    return sum((_UNKNOWN if rank is None else rank for rank in ranks), Fraction(0)) / len(ranks)


def _patients_per_gp(practice: Practice) -> Fraction | None:
    """Fewer GPs a patient is more patients a GP, also where there is none."""
    gps = practice.fte.get("gp")
    return None if gps is None or not practice.patients else -exact(gps) / practice.patients


def _vacancies(practice: Practice) -> Fraction | None:
    wanted = practice.gp_vacancies
    return None if wanted is None or not practice.patients else exact(wanted) / practice.patients


def _rating(practice: Practice) -> int | None:
    return None if practice.rating is None else _WORSE.index(practice.rating)


_MEASURES: tuple[Callable[[Practice], Any | None], ...] = (
    _patients_per_gp,
    _vacancies,
    _rating,
    lambda practice: practice.list_closed,
)
