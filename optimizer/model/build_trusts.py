"""Trusts that run practices, from an Instance: who can run whom, at what price (docs/model.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

import numpy as np

from instances import Hospital, Instance
from instances.values import TRUST_RUN
from optimizer.model.arrays import NO_LIMIT, NONE, BoolArray, IntArray
from optimizer.model.fit import fit_per_patient
from optimizer.model.pairs import Distances
from optimizer.model.problem import Practices, Trusts


def build_trusts(instance: Instance, distances: Distances) -> Trusts:
    """Those that run practices, in the order of their first hospitals; none without the section."""
    rules, hospitals = instance.trust_run, instance.hospitals
    sites: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for k, hospital in enumerate(hospitals if rules is not None else ()):
        sites[(hospital.trust, "") if hospital.trust else ("", hospital.id)].append(k)
    able = {trust: at for trust, at in sites.items() if _runs_some(hospitals[k] for k in at)}
    n = len(instance.practices)
    cost, nearest = np.full((n, len(able)), np.inf), np.full((n, len(able)), NONE)
    if rules is not None and able:
        patients = np.array([p.patients for p in instance.practices], dtype=np.int64)
        misfit = fit_per_patient(instance, [rules])[:, 0]
        price = rules.cost_per_practice + patients * (rules.price_per_patient + misfit)
        agrees = _agrees(instance)
        for t, at in enumerate(able.values()):
            near = distances.within(instance.practices, [hospitals[k] for k in at], rules.max_km, None)
            order = np.lexsort((near.column, near.km, near.row))
            row, first = np.unique(near.row[order], return_index=True)
            nearest[row, t] = np.array(at)[near.column[order][first]]
            cost[row, t] = np.where(agrees[row], instance.weights.cost * price[row], np.inf)
    return Trusts(
        ids=tuple("".join(trust) for trust in able),
        practices_max=_limits((hospitals[k].runs_practices_max for k in at) for at in able.values()),
        patients_max=_limits((hospitals[k].runs_patients_max for k in at) for at in able.values()),
        cost=cost,
        hospital=nearest,
    )


def _runs_some(hospitals: Iterable[Hospital]) -> bool:
    return any(h.runs_practices_max is not None or h.runs_patients_max is not None for h in hospitals)


def _limits(stated: Iterable[Iterable[int | None]]) -> IntArray:
    """[trusts] the sum over a trust's hospitals that state one."""
    given = [[limit for limit in limits if limit is not None] for limits in stated]
    return np.array([sum(limits) if limits else NO_LIMIT for limits in given], dtype=np.int64)


def _agrees(instance: Instance) -> BoolArray:
    """[n] whether a practice may be run by a trust: it does not refuse, and no lock has it in a hub or network."""
    policy = instance.policy
    tied = set(chain(policy.fixed_hub, policy.fixed_network, *policy.keep_together))
    refuse = {p.id for p in instance.practices if policy.consent and TRUST_RUN in p.refuses}
    return np.array([p.id not in tied | refuse for p in instance.practices], dtype=bool)


def with_trusts(practices: Practices, trusts: Trusts) -> Practices:
    """What being in no hub takes and costs where trusts run practices: the cheaper way, rooms left out."""
    run = trusts.cost.min(axis=1, initial=np.inf)
    own = np.where(practices.may_be_alone, practices.alone_cost, np.inf)
    cheapest = np.minimum(own, run)
    return replace(
        practices,
        may_be_independent=np.isfinite(cheapest),
        independent_cost=np.where(np.isfinite(cheapest), cheapest, practices.alone_cost),
    )
