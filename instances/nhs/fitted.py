"""The default rules, as far as an area can keep them: an import of one network or a few practices has plans too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from instances.nhs.report import Report
from instances.rules import full_rules
from instances.schema import CareModel, HubRules, Policy, Role

_STEPS = 10  # a lowered rule is rounded down to a tenth of an FTE per 10,000 patients
_PER = 10_000


def fitted_rules(
    practices: pd.DataFrame, roles: Sequence[str], models: Sequence[str], report: Report
) -> dict[str, Any]:
    """The rules in full; `report` is warned of each that is not the default and of what no plan can keep.

    A network needs more patients than a small area has, and hires are a share of staff in post: where all its patients
    are too few, no coverage is asked for; where all its staff with all hires are, no more of a role than every practice
    has by itself, so that all ways to group them are open.
    """
    rules = full_rules(roles, models)
    rules["policy"] = _coverage(rules["policy"], rules["care_model"], int(practices["patients"].sum()), report)
    rules["role"] = tuple(_within_reach(role, practices, report) for role in rules["role"])
    _warn_of_largest(practices, rules["hub"], report)
    return rules


def _coverage(policy: Policy, models: Sequence[CareModel], patients: int, report: Report) -> Policy:
    least = min(models, key=lambda model: model.min)
    if least.min <= patients:
        return policy
    report.warnings.append(
        f"{patients:,} patients are too few for a network (care_model.{least.id}.min = {least.min:,}): "
        f"policy.coverage_min is 0 in place of {policy.coverage_min:g}, so a plan needs no networks; import more "
        "practices for a plan with some"
    )
    return policy.model_copy(update={"coverage_min": 0.0})


def _within_reach(role: Role, practices: pd.DataFrame, report: Report) -> Role:
    fte = practices[f"fte_{role.id}"]
    reported = practices["patients"][fte.notna()].sum()
    if role.min_per_10k is None or reported == 0:
        return role
    ratio = fte.sum() / reported * _PER
    if ratio * (1 + role.market_fte_share) >= role.min_per_10k:
        return role
    least = (fte / practices["patients"]).min() * _PER
    lowered = math.floor(least * _STEPS) / _STEPS
    report.warnings.append(
        f"the practices have {ratio:.2f} FTE of {role.id} per {_PER:,} patients and may hire "
        f"{role.market_fte_share:.0%} more, too few for {role.min_per_10k:g} in every hub: "
        f"role.{role.id}.min_per_10k is {lowered:g} instead, what any practice has"
    )
    return role.model_copy(update={"min_per_10k": lowered})


def _warn_of_largest(practices: pd.DataFrame, hub: HubRules, report: Report) -> None:
    largest = practices.loc[practices["patients"].idxmax()]
    if largest["patients"] > hub.max:
        report.warnings.append(
            f"{largest['code']} {largest['name']} has {largest['patients']:,.0f} patients, more than a hub may have: "
            f"there is no plan until hub.max is as high ({hub.max:,} now) or it is left out"
        )
