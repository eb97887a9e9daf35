"""Who can be in a network of which kind at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem


def can_be_in(p: Problem, model: int) -> BoolArray:
    """[n] practices that can be in a network of a model at all, reach and whatever bars it considered."""
    links = p.links.column[p.candidates.model[p.links.column] == model]
    served = np.isin(np.arange(p.n_sites), p.links.row[np.isin(p.links.column, links)])
    inside = np.zeros(p.n_practices, dtype=bool)
    inside[p.reach.row[served[p.reach.column]]] = True
    return np.asarray(inside & ~p.practices.barred[:, model])


def missing_from_units(p: Problem) -> BoolArray:
    """[n, models] practices of a unit that can be in no network that takes it whole; none without patients."""
    missing = np.zeros((p.n_practices, p.n_models), dtype=bool)
    for k in np.flatnonzero(p.models.is_whole):
        missing[:, k] = ~p.practices.outside[:, k] & (p.practices.patients > 0) & ~can_be_in(p, int(k))
    return missing


def without_impossible_units(p: Problem) -> Problem:
    """No network of a kind whose unit has a practice that can be in none, or is of no size that the model has."""
    closed = missing_from_units(p).any(axis=0) | (p.models.minimum > p.models.maximum)
    return replace(p, models=replace(p.models, count_max=np.where(closed, 0, p.models.count_max)))
