"""Instances with bids, whole areas and waves as instances without: every choice of networks is an instance of its own.

A network that is chosen becomes a care model of its own, of which there is one, with its members fixed to it and
everybody else refusing it; one of no unit keeps its freedom. What the best of all these instances costs is the optimum,
whoever solves them. Shares of patients and of areas are left to whoever compares: they are not unrolled.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from partitioning_partners import best_plan_with_partners

from instances import Instance

Record = dict[str, Any]


def best_objective(instance: Instance) -> float | None:
    """Of the best plan, None if there is none."""
    found = [best_plan_with_partners(Instance.model_validate(choice)) for choice in _choices(instance)]
    return min((objective for plan in found if plan is not None for objective, _ in [plan]), default=None)


def _worth(instance: Instance, year: int) -> Fraction:
    """Of a yearly amount over whole years, what falls due from a year on."""
    rate = Fraction(repr(instance.policy.discount_rate))
    years = [1 / (1 + rate) ** y for y in range(int(instance.horizon_years))]
    return sum(years[year:], Fraction(0)) / sum(years)


def _choices(instance: Instance) -> Iterator[Record]:
    kinds = list(_kinds(instance))
    most = [1 if kind["unit"] else 2 for kind in kinds]
    for counts in product(*(range(n + 1) for n in most)):
        if _allowed(instance, kinds, counts):
            yield _chosen(instance, kinds, counts)


def _kinds(instance: Instance) -> Iterator[Record]:
    waves = [wave.model_dump() for wave in instance.wave] or [None]
    units: list[Record] = []
    for model in () if instance.policy.bids_only else instance.care_model:
        groups = list(instance.policy.area_groups.values())
        areas = dict.fromkeys(practice.area for practice in instance.practices)
        groups += [(area,) for area in areas if not any(area in group for group in groups)]
        for group in groups if model.whole_area else [None]:
            members = [practice.id for practice in instance.practices if group and practice.area in group]
            units.append({"model": model, "unit": members, "areas": group, "setup": model.setup_cost, "ready": 1.0})
    for bid in instance.bids:
        model = next(model for model in instance.care_model if model.id == bid.care_model)
        if bid.readiness >= instance.policy.bid_readiness_min:
            setup = model.setup_cost if bid.cost is None else bid.cost
            ready = bid.readiness
            units.append({"model": model, "unit": list(bid.members), "areas": None, "setup": setup, "ready": ready})
    for unit, wave in product(units, waves):
        yield {**unit, "wave": wave, "bid_lead": None}


def _allowed(instance: Instance, kinds: list[Record], counts: tuple[int, ...]) -> bool:
    chosen = [member for kind, n in zip(kinds, counts, strict=True) if n for member in kind["unit"]]
    if len(set(chosen)) < len(chosen):
        return False
    for wave in instance.wave:
        of = [(k, n) for k, n in zip(kinds, counts, strict=True) if k["wave"]["id"] == wave.id]
        if wave.networks_max is not None and sum(n for _, n in of) > wave.networks_max:
            return False
        if wave.fund is not None and sum(n * k["setup"] for k, n in of) > wave.fund:
            return False
    for model in instance.care_model:
        number = sum(n for k, n in zip(kinds, counts, strict=True) if k["model"].id == model.id)
        if not model.count_min <= number <= (1_000 if model.count_max is None else model.count_max):
            return False
    return True


def _chosen(instance: Instance, kinds: list[Record], counts: tuple[int, ...]) -> Record:
    data = instance.model_dump(mode="json", exclude={"bids", "wave"}, exclude_unset=True)
    practices = {practice["id"]: practice for practice in data["practices"]}
    policy, models, misfit = data["policy"], [], list[Record]()
    stated = {(row["practice"], row["care_model"]): row["per_patient"] for row in data.pop("misfit", [])}
    ridits = _ridits(instance)
    refusals = {practice.id: set(practice.refuses) for practice in instance.practices}
    for practice in practices.values():
        practice["refuses"] = []
    for row in data["hospitals"]:
        row["leads"] = list(row.get("leads", []))
    fixed = dict(policy.get("fixed_network", {}))
    own = {"whole_area", "area_share_min", "area_share_max"}
    for k, (kind, n) in enumerate(zip(kinds, counts, strict=True)):
        if not n:
            continue
        model, year = kind["model"], kind["wave"]["start_year"] if kind["wave"] else 0
        worth = _worth(instance, year)
        name = f"K{k}"
        row = model.model_dump(mode="json", exclude=own)
        row |= {"id": name, "count_min": n, "count_max": n, "setup_cost": kind["setup"]}
        row |= {"running_cost": float(Fraction(repr(model.running_cost)) * worth)}
        models.append(row)
        late = float((1 - worth) * Fraction(repr(instance.policy.dividend_per_patient)))
        late += (1 - kind["ready"]) * instance.policy.unready_bid_price_per_patient
        for id, practice in practices.items():
            is_out = bool(kind["unit"]) and id not in kind["unit"]
            if is_out or (instance.policy.consent and model.id in refusals[id]):
                practice["refuses"].append(name)
            slope = model.misfit_deprived - model.misfit_affluent
            usual = stated.get((id, model.id), model.misfit_affluent + ridits[id] * slope)
            waiting = instance.policy.delay_price_per_patient * practice.get("strain", 0.0) * year
            misfit.append({"practice": id, "care_model": name, "per_patient": usual + late + waiting})
        for member in kind["unit"]:
            fixed[member] = name
        for hospital in data["hospitals"]:
            may = model.id in hospital["leads"] or (not hospital["leads"] and model.lead in ("hub", hospital["kind"]))
            in_unit = kind["areas"] is None or hospital.get("area") is None or hospital["area"] in kind["areas"]
            if may and in_unit:
                hospital.setdefault("named", []).append(name)
    for hospital in data["hospitals"]:
        hospital["leads"] = hospital.pop("named", []) or ["PACS"]  # of a model that is not offered: of none
    policy |= {"consent": True, "fixed_network": fixed, "area_groups": {}, "bids_only": False}
    policy |= {"coverage_min": instance.coverage_min}
    return {**data, "policy": policy, "care_model": models, "misfit": misfit}


def _ridits(instance: Instance) -> dict[str, float]:
    known = [practice for practice in instance.practices if practice.deprivation is not None]
    total = sum(practice.patients for practice in known)

    def ridit(score: float | None) -> float:
        if score is None or not total:
            return 0.5
        below = sum(p.patients for p in known if p.deprivation is not None and p.deprivation < score)
        same = sum(p.patients for p in known if p.deprivation == score)
        return (below + same / 2) / total

    return {practice.id: ridit(practice.deprivation) for practice in instance.practices}
