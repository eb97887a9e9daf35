"""A network of some care models has every practice of its area, or of a named group of areas, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.rules.kinds import ban_rows
from optimizer.rules.record import Loosening, Rule

NAME = "whole-area"


def _outside_areas(p: Problem) -> BoolArray:
    """[n, models] that everybody inside is in follows from the least patients of a network."""
    is_bid = np.array([bid is not None for bid in p.models.bids], dtype=bool)
    return np.asarray(p.practices.outside & ~is_bid)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        if model.whole_area:
            yield Loosening(f"networks of {model.id} of parts of areas", {f"care_model.{model.id}.whole_area": False})


RULE = Rule(
    NAME,
    rows=lambda p, c, rows: ban_rows(p, c, rows, _outside_areas(p)),
    loosenings=_loosenings,
)
