"""One more unit of every rule that an instance has, and one unit less of it, by which a plan shows where it binds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from instances import CareModel, InputError, Instance, Practice
from optimizer.explain.locks import locks
from optimizer.model.plan import Plan
from optimizer.rules.changes import Change, Loosest, apply
from optimizer.verify import verify
from optimizer.verify.prepared import Prepared

HUB_PATIENTS = 1_000  # one more unit of a hub's size
NETWORK_PATIENTS = 10_000  # of a network's
SHARE = 0.01
FTE_PER_10K = 0.1
FUND_POUNDS = 100_000.0
DISRUPTION_POUNDS = 10_000.0  # a year


@dataclass(frozen=True)
class Loosening:
    """One more unit of a rule."""

    words: str
    settings: Mapping[str, Any]
    tighter: Mapping[str, Any] = field(default_factory=dict)  # one unit less; empty for switches and locks
    is_reach: bool = False

    def of(self, instance: Instance) -> Instance:
        """The looser instance. Where more is in reach, sites that are rural so far stay it."""
        looser = instance.with_settings(dict(self.settings))
        return apply(looser, _rural_sites(instance)) if self.is_reach else looser

    def touched(self, instance: Instance, plan: Plan) -> int | None:
        """In how many places a plan needs the last unit of the rule; None where it has no units to take away."""
        if not self.tighter:
            return None
        try:
            tighter = instance.with_settings(dict(self.tighter))
        except InputError:
            return None
        before = {(fault.rule, fault.subject) for fault in verify(instance, plan).violations}
        after = {(fault.rule, fault.subject) for fault in verify(tighter, plan).violations}
        return len(after - before)


def _rural_sites(instance: Instance) -> Iterator[Change]:
    prepared = Prepared(instance)
    places: tuple[Practice, ...] = instance.practices
    for practice in places:
        if not practice.rural and prepared.is_rural(practice.id):
            yield Change("rural", True, Loosest.EITHER, "practices", practice.id)


def loosenings(instance: Instance) -> Iterator[Loosening]:
    """One more unit of every rule that the instance has."""
    yield from _of_hubs(instance)
    yield from _of_policy(instance)
    yield from _of_staff(instance)
    for model in instance.care_model:
        yield from _of_model(model)
    yield from _of_locks(instance)


def _fewer(words: str, key: str, value: Any, unit: Any, **also: Any) -> Loosening:
    """A lower least value; `words` show it. `also`: settings that the tighter value takes."""
    least = max(_tidy(value - unit), type(value)(0))
    return Loosening(words.format(least), {key: least}, {key: _tidy(value + unit), **also})


def _more(words: str, key: str, value: Any, unit: Any, highest: Any = None, **also: Any) -> Loosening:
    """A higher greatest value."""
    most = _tidy(value + unit) if highest is None else min(_tidy(value + unit), highest)
    return Loosening(words.format(most), {key: most}, {key: max(_tidy(value - unit), type(value)(0)), **also})


def _tidy(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def _of_hubs(instance: Instance) -> Iterator[Loosening]:
    hub, unit = instance.hub, HUB_PATIENTS
    if hub.min:
        target = {"hub.target_min": max(hub.target_min, hub.min + unit)}
        yield _fewer("a hub from {:,} patients", "hub.min", hub.min, unit, **target)
    if 0 < hub.min_rural < hub.min:
        yield _fewer("a rural hub from {:,} patients", "hub.min_rural", hub.min_rural, unit)
    target = {"hub.target_max": min(hub.target_max, hub.max - unit)}
    yield _more("a hub up to {:,} patients", "hub.max", hub.max, unit, **target)
    yield _reach("{:g} km to the hub", "hub.max_km", hub.max_km)
    if hub.max_minutes is not None:
        yield _reach("{:g} minutes to the hub", "hub.max_minutes", hub.max_minutes)
    if hub.count_min:
        yield _fewer("{} hubs at least", "hub.count_min", hub.count_min, 1)
    if hub.count_max is not None:
        yield _more("{} hubs at most", "hub.count_max", hub.count_max, 1)


def _reach(words: str, key: str, value: float) -> Loosening:
    further = value + 1
    return Loosening(words.format(further), {key: further}, {key: max(value - 1, 0.0)}, is_reach=True)


def _of_policy(instance: Instance) -> Iterator[Loosening]:
    policy = instance.policy
    if policy.allow_independent:
        words, key = "an independent practice of up to {:,}", "policy.independent_max_patients"
        yield _more(words, key, policy.independent_max_patients, HUB_PATIENTS)
    else:
        yield Loosening("independent practices allowed", {"policy.allow_independent": True})
    if instance.coverage_min > 0:
        words = "{:.0%} of patients in networks at least"
        yield _fewer(words, "policy.coverage_min", float(instance.coverage_min), SHARE)
    if instance.care_model and policy.coverage_max < 1:
        words = "{:.0%} of patients in networks at most"
        yield _more(words, "policy.coverage_max", float(policy.coverage_max), SHARE, highest=1.0)
    if policy.consent and any(practice.refuses for practice in instance.practices):
        yield Loosening("every practice consents", {"policy.consent": False})
    if policy.respect_areas:
        yield Loosening("across boundaries", {"policy.respect_areas": False})
    if policy.transformation_fund:
        yield _more("a fund of £{:,.0f}", "policy.transformation_fund", policy.transformation_fund, FUND_POUNDS)
    if policy.max_disruption is not None:
        yield _more("disruption of £{:,.0f} a year", "policy.max_disruption", policy.max_disruption, DISRUPTION_POUNDS)


def _of_staff(instance: Instance) -> Iterator[Loosening]:
    for role in instance.role:
        key = f"role.{role.id}"
        if role.min_per_10k or role.network_min_per_10k:
            words = f"labour market for {role.id}: {{:.1%}} of those in post"
            yield _more(words, f"{key}.market_fte_share", role.market_fte_share, SHARE)
        if role.min_per_10k:
            words = f"{{:g}} {role.id} per 10,000 patients in a hub"
            yield _fewer(words, f"{key}.min_per_10k", role.min_per_10k, FTE_PER_10K)


def _of_model(model: CareModel) -> Iterator[Loosening]:
    key, name, unit = f"care_model.{model.id}", model.id, NETWORK_PATIENTS
    if model.min:
        target = {f"{key}.target_min": max(model.target_min, model.min + unit)}
        yield _fewer(f"a {name} from {{:,}} patients", f"{key}.min", model.min, unit, **target)
    target = {f"{key}.target_max": min(model.target_max, model.max - unit)}
    yield _more(f"a {name} up to {{:,}} patients", f"{key}.max", model.max, unit, **target)
    yield _more(f"{{:g}} km to the lead of a {name}", f"{key}.max_km", model.max_km, 1.0)
    if model.lead_min_patients:
        words = f"a {name} led by a practice of {{:,}}"
        yield _fewer(words, f"{key}.lead_min_patients", model.lead_min_patients, HUB_PATIENTS)
    if model.share_min:
        words = f"{{:.0%}} of patients in {name} at least"
        yield _fewer(words, f"{key}.share_min", float(model.share_min), SHARE)
    if model.share_max < 1:
        words = f"{{:.0%}} of patients in {name} at most"
        yield _more(words, f"{key}.share_max", float(model.share_max), SHARE, highest=1.0)
    if model.count_min:
        yield _fewer(f"{{}} {name} at least", f"{key}.count_min", model.count_min, 1)
    if model.count_max is not None:
        yield _more(f"{{}} {name} at most", f"{key}.count_max", model.count_max, 1)


def _of_locks(instance: Instance) -> Iterator[Loosening]:
    """Without each lock, one at a time."""
    for lock in locks(instance):
        yield Loosening(lock.words, {lock.without.key: lock.without.value})
