"""Which rules bind, and what one more unit of each would save: solved again with each loosened, from the plan at hand.

Not shadow prices: hubs are whole, so that the next unit may be worth nothing and the tenth a lot.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from instances import CareModel, Instance
from optimizer.backend import SolveOptions
from optimizer.explain.no_plan import Tell
from optimizer.explain.standing import Standing, stand
from optimizer.verify import verify

HUB_PATIENTS = 1_000  # one more unit of a hub's size
NETWORK_PATIENTS = 10_000  # of a network's
SHARE = 0.01
FTE_PER_10K = 0.1
FUND_POUNDS = 100_000.0
DISRUPTION_POUNDS = 10_000.0  # a year
_LEAST_SOLVE_S = 2.0


@dataclass(frozen=True)
class Loosening:
    """One more unit of a rule."""

    words: str
    settings: dict[str, Any]


@dataclass(frozen=True)
class Worth:
    """What a loosening is worth, pounds a year.

    `saving`: the best plan known with it against the best known without. `least` and `most`: what the best of all plans
    can save, as far as is proven; infinite where no bound is known.
    """

    loosening: Loosening
    saving: float
    least: float
    most: float


@dataclass(frozen=True)
class Binding:
    """`base`: the best plan known under the rules as they are. `untried`: for want of time, or stopped."""

    base: Standing
    worths: tuple[Worth, ...]  # largest saving first
    untried: tuple[Loosening, ...]


def what_binds(instance: Instance, base: Standing, *, options: SolveOptions, tell: Tell = lambda _: None) -> Binding:
    """Each loosening gets an equal share of `options.time_limit`, or a few seconds, as many as that allows then.

    A better plan found under way replaces the base.
    """
    wanted = list(loosenings(instance))
    deadline = None if options.time_limit is None else time.monotonic() + options.time_limit
    found: list[tuple[Loosening, Instance, Standing]] = []
    for number, loosening in enumerate(wanted):
        share = None
        if deadline is not None:
            left = deadline - time.monotonic()
            if number and left < _LEAST_SOLVE_S:
                break
            share = max(left / (len(wanted) - number), _LEAST_SOLVE_S)
        tell(f"{number + 1} of {len(wanted)}: {loosening.words}")
        limited = options if share is None else options.model_copy(update={"time_limit": share})
        loose = instance.with_settings(loosening.settings)
        try:
            standing = stand(loose, options=limited, start=base.plan)
        except KeyboardInterrupt:
            break  # what is known so far is told
        if standing is None:
            continue  # the plan at hand was no start, and nothing else was found: nothing is known of it
        found.append((loosening, loose, standing))
        if standing.objective < base.objective:
            evaluation = verify(instance, standing.plan)
            if evaluation.ok:  # better, and the rule has nothing to do with it
                base = Standing(standing.plan, evaluation, base.bound)
    worths = sorted((_worth(base, *one) for one in found), key=lambda worth: (-worth.saving, -worth.most))
    tried = [loosening for loosening, _, _ in found]
    return Binding(base, tuple(worths), tuple(one for one in wanted if one not in tried))


def _worth(base: Standing, loosening: Loosening, loose: Instance, standing: Standing) -> Worth:
    """The plan at hand mostly keeps looser rules too; not where a wider reach makes rural sites count as others."""
    kept = verify(loose, base.plan).ok
    objective = min(standing.objective, base.objective) if kept else standing.objective
    least = base.bound - objective
    return Worth(
        loosening,
        saving=base.objective - objective,
        least=max(least, 0.0) if kept else least,
        most=base.objective - min(standing.bound, objective) if standing.bound > 0 else math.inf,
    )


def loosenings(instance: Instance) -> Iterator[Loosening]:
    """One more unit of every rule that the instance has."""
    yield from _of_hubs(instance)
    yield from _of_policy(instance)
    for role in instance.role:
        if role.min_per_10k or role.network_min_per_10k:
            key, share = f"role.{role.id}.market_fte_share", round(role.market_fte_share + SHARE, 6)
            yield Loosening(f"labour market for {role.id}: {share:.1%} of those in post", {key: share})
        if role.min_per_10k:
            ratio = round(max(role.min_per_10k - FTE_PER_10K, 0.0), 6)
            yield Loosening(f"{ratio:g} {role.id} per 10,000 patients in a hub", {f"role.{role.id}.min_per_10k": ratio})
    for model in instance.care_model:
        yield from _of_model(model)
    yield from _of_locks(instance)


def _of_hubs(instance: Instance) -> Iterator[Loosening]:
    hub = instance.hub
    for key in ("min", "min_rural"):
        value = getattr(hub, key)
        if value and (key == "min" or value < hub.min):
            least = max(value - HUB_PATIENTS, 0)
            where = "a hub" if key == "min" else "a rural hub"
            yield Loosening(f"{where} from {least:,} patients", {f"hub.{key}": least})
    yield Loosening(f"a hub up to {hub.max + HUB_PATIENTS:,} patients", {"hub.max": hub.max + HUB_PATIENTS})
    yield Loosening(f"{hub.max_km + 1:g} km to the hub", {"hub.max_km": hub.max_km + 1})
    if hub.max_minutes is not None:
        yield Loosening(f"{hub.max_minutes + 1:g} minutes to the hub", {"hub.max_minutes": hub.max_minutes + 1})
    if hub.count_min:
        yield Loosening(f"{hub.count_min - 1} hubs at least", {"hub.count_min": hub.count_min - 1})
    if hub.count_max is not None:
        yield Loosening(f"{hub.count_max + 1} hubs at most", {"hub.count_max": hub.count_max + 1})


def _of_policy(instance: Instance) -> Iterator[Loosening]:
    policy = instance.policy
    if policy.allow_independent:
        most = policy.independent_max_patients + HUB_PATIENTS
        yield Loosening(f"an independent practice of up to {most:,}", {"policy.independent_max_patients": most})
    else:
        yield Loosening("independent practices allowed", {"policy.allow_independent": True})
    if instance.coverage_min > 0:
        least = round(max(instance.coverage_min - SHARE, 0.0), 6)
        yield Loosening(f"{least:.0%} of patients in networks at least", {"policy.coverage_min": least})
    if instance.care_model and policy.coverage_max < 1:
        most_share = round(min(policy.coverage_max + SHARE, 1.0), 6)
        yield Loosening(f"{most_share:.0%} of patients in networks at most", {"policy.coverage_max": most_share})
    if policy.consent and any(practice.refuses for practice in instance.practices):
        yield Loosening("every practice consents", {"policy.consent": False})
    if policy.respect_areas:
        yield Loosening("across boundaries", {"policy.respect_areas": False})
    if policy.transformation_fund:
        fund = policy.transformation_fund + FUND_POUNDS
        yield Loosening(f"a fund of £{fund:,.0f}", {"policy.transformation_fund": fund})
    if policy.max_disruption is not None:
        most_moved = policy.max_disruption + DISRUPTION_POUNDS
        yield Loosening(f"disruption of £{most_moved:,.0f} a year", {"policy.max_disruption": most_moved})


def _of_model(model: CareModel) -> Iterator[Loosening]:
    key, name = f"care_model.{model.id}", model.id
    if model.min:
        least = max(model.min - NETWORK_PATIENTS, 0)
        yield Loosening(f"a {name} from {least:,} patients", {f"{key}.min": least})
    yield Loosening(
        f"a {name} up to {model.max + NETWORK_PATIENTS:,} patients", {f"{key}.max": model.max + NETWORK_PATIENTS}
    )
    yield Loosening(f"{model.max_km + 1:g} km to the lead of a {name}", {f"{key}.max_km": model.max_km + 1})
    if model.lead_min_patients:
        least = max(model.lead_min_patients - HUB_PATIENTS, 0)
        yield Loosening(f"a {name} led by a practice of {least:,}", {f"{key}.lead_min_patients": least})
    if model.share_min:
        low = round(max(model.share_min - SHARE, 0.0), 6)
        yield Loosening(f"{low:.0%} of patients in {name} at least", {f"{key}.share_min": low})
    if model.share_max < 1:
        high = round(min(model.share_max + SHARE, 1.0), 6)
        yield Loosening(f"{high:.0%} of patients in {name} at most", {f"{key}.share_max": high})
    if model.count_min:
        yield Loosening(f"{model.count_min - 1} {name} at least", {f"{key}.count_min": model.count_min - 1})
    if model.count_max is not None:
        yield Loosening(f"{model.count_max + 1} {name} at most", {f"{key}.count_max": model.count_max + 1})


def _of_locks(instance: Instance) -> Iterator[Loosening]:
    """Without each lock, one at a time."""
    policy = instance.policy
    for name, words in (("keep_together", "not together"), ("keep_apart", "not apart")):
        lists = getattr(policy, name)
        for k, members in enumerate(lists):
            rest = [list(other) for other in (*lists[:k], *lists[k + 1 :])]
            yield Loosening(f"{words}: {', '.join(members)}", {f"policy.{name}": rest})
    for name in ("fixed_hub", "barred_hub", "fixed_network"):
        locks = getattr(policy, name)
        for practice in locks:
            others = {p: value for p, value in locks.items() if p != practice}
            yield Loosening(f"no {name.replace('_', ' ')} for {practice}", {f"policy.{name}": others})
    for name, words in (("must_open", "need not open"), ("must_not_open", "may open")):
        sites = getattr(policy, name)
        for site in sites:
            yield Loosening(f"{site} {words}", {f"policy.{name}": [other for other in sites if other != site]})
