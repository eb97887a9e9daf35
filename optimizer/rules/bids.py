"""A bid is funded whole or not at all: its network has all its members, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.arrays import BoolArray
from optimizer.model.problem import Problem
from optimizer.rules.bans import ban_rows
from optimizer.rules.kinds import unit_remarks
from optimizer.rules.record import Loosening, Rule
from optimizer.rules.units import SHARE, fewer

NAME = "bids"


def _is_bid(p: Problem) -> BoolArray:
    """[models] that every member is in follows from the least patients of a network."""
    return np.array([bid is not None for bid in p.models.bids], dtype=bool)


def _remarks(p: Problem) -> Iterator[str]:
    return unit_remarks(p, _is_bid(p))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    if instance.policy.bids_only:
        yield Loosening("networks beside bids", {"policy.bids_only": False})
    if instance.policy.bid_readiness_min > 0 and instance.bids:
        least = float(instance.policy.bid_readiness_min)
        yield fewer("bids that are {:.0%} ready", "policy.bid_readiness_min", least, SHARE)


RULE = Rule(
    NAME,
    rows=lambda p, c, rows: ban_rows(p, c, rows, p.practices.outside & _is_bid(p)),
    loosenings=_loosenings,
    remarks=_remarks,
)
