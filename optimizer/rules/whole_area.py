"""A network of some care models has every practice of its area, or of a named group of areas, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.rules.bans import ban_rows
from optimizer.rules.kinds import unit_remarks
from optimizer.rules.record import Loosening, Rule

NAME = "whole-area"


def _takes_areas(p: Problem) -> BoolArray:
    """[models] that everybody of an area is in follows from the least patients of a network."""
    return np.asarray(p.models.is_whole & np.array([bid is None for bid in p.models.bids], dtype=bool))


def _remarks(p: Problem) -> Iterator[str]:
    return unit_remarks(p, _takes_areas(p))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        if model.whole_area:
            yield Loosening(f"networks of {model.id} of parts of areas", {f"care_model.{model.id}.whole_area": False})


RULE = Rule(
    NAME,
    rows=lambda p, c, rows: ban_rows(p, c, rows, p.practices.outside & _takes_areas(p)),
    loosenings=_loosenings,
    remarks=_remarks,
)
