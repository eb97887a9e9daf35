"""The number of networks of a care model is within limits: bounds of `networks`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from instances import Instance
from optimizer.model.arrays import NO_LIMIT
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.bands import count_exemptions, count_loosenings, count_room
from optimizer.rules.kinds import kind_name, totals_over_kinds
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.widening import with_models
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case

NAME = "model-counts"


def _totals(p: Problem) -> Iterator[Total]:
    for k in range(p.n_models):
        number = Sum(p, networks=(np.arange(p.n_models) == k).astype(np.float64))
        least, most = float(p.models.count_min[k]), float(p.models.count_max[k])
        if least > min(most, p.n_candidates):  # bounds of a column cannot say so
            yield Total(kind_name(p, k), number, low=least, most=p.n_candidates)
            continue
        highest = np.inf if most >= NO_LIMIT else most
        yield Total(kind_name(p, k), number, low=least, high=highest, most=p.n_candidates, in_bounds=True)
    yield from totals_over_kinds(p, NAME)


def _restrict(p: Problem, rest: Rest) -> Problem:
    """Limits over several kinds of network among them."""
    there = rest.networks
    if not there.number.any():
        return p
    most = np.where(p.models.count_max < NO_LIMIT, p.models.count_max - there.number, p.models.count_max)
    models = replace(p.models, count_min=np.maximum(0, p.models.count_min - there.number), count_max=most)
    limits = p.network.limits
    used = (limits.networks * there.number + limits.patients * there.patients).sum(axis=1)
    left = replace(limits, low=limits.low - used, high=limits.high - used)
    return replace(p, models=models, network=replace(p.network, limits=left))


def _impossible(p: Problem) -> Iterator[str]:
    most = np.minimum(p.models.count_max, np.bincount(p.candidates.model, minlength=p.n_models))
    for total in _totals(p):
        possible = float(total.sum.of_networks @ most)
        if possible < total.low:
            asked = f"{total.low:,.0f} networks of {total.subject} are asked for"
            yield f"{asked}, and {possible:,.0f} are possible at most"


def _exemptions(case: Case) -> Iterator[Exemption]:
    for model in case.prepared.instance.care_model:
        has = sum(network.care_model == model.id for network in case.networks)
        what, key = f"networks of {model.id}", f"care_model.{model.id}"
        yield from count_exemptions(NAME, model.id, what, key, has, model.count_min, model.count_max)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for model in instance.care_model:
        yield from count_loosenings(model.id, f"care_model.{model.id}", model.count_min, model.count_max)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    for model in instance.care_model:
        has = sum(network.care_model == model.id for network in evaluation.networks)
        yield from count_room(f"networks of {model.id}", has, model.count_min or None, model.count_max, "networks")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=lambda given: with_models(given, count_min=0, count_max=None),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)
