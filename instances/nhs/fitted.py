"""The default rules, as far as an area can keep them: an import of one network or a few practices has plans too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from instances.nhs.report import Report
from instances.policy import Policy
from instances.rules import full_rules
from instances.schema import CareModel, HubRules, Role, TravelRules

_STEPS = 10  # a lowered rule is rounded down to a tenth of an FTE per 10,000 patients
_PER = 10_000
_EARTH_KM = 6_371.0


def fitted_rules(
    practices: pd.DataFrame, sites: pd.DataFrame, roles: Sequence[str], models: Sequence[str], report: Report
) -> dict[str, Any]:
    """The rules in full; `report` is warned of each that is not the default and of what no plan can keep.

    A network needs more patients than a small area has, and hires are a share of the staff in post. Where patients
    are too few, no coverage is asked for; where staff and hires are, no more of a role than every practice has by
    itself, so that all ways to group them are open.
    """
    rules = full_rules(roles, models)
    rules["policy"] = _coverage(rules, practices, sites, report)
    parts = _parts(practices, rules["hub"], rules["travel"])
    rules["role"] = tuple(_within_reach(role, practices, parts, report) for role in rules["role"])
    _warn_of_largest(practices, rules["hub"], report)
    return rules


def _coverage(rules: dict[str, Any], practices: pd.DataFrame, sites: pd.DataFrame, report: Report) -> Policy:
    """The policy, asking for no coverage where those whom some network could take are too few for it."""
    policy: Policy = rules["policy"]
    patients = practices["patients"].to_numpy(float)
    everywhere, taken = KDTree(sphere_km(practices)), np.zeros(len(practices), dtype=bool)
    for model in rules["care_model"]:
        reach_km = (model.max_km + rules["hub"].max_km) / rules["travel"].circuity  # practice to hub to lead
        for members in everywhere.query_ball_point(sphere_km(_leads(model, rules["hub"], practices, sites)), reach_km):
            if patients[members].sum() >= model.min:
                taken[members] = True
    if patients[taken].sum() >= (policy.coverage_min or 0.0) * patients.sum():
        return policy
    least = ", ".join(f"{model.id} {model.min:,}" for model in rules["care_model"])
    report.warnings.append(
        f"too few of the {patients.sum():,.0f} patients live where networks could have as many as they need ({least}): "
        f"policy.coverage_min is 0 in place of {policy.coverage_min:g}, so a plan needs no networks; import more "
        "practices for a plan with some"
    )
    return policy.model_copy(update={"coverage_min": 0.0})


def _leads(model: CareModel, hub: HubRules, practices: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Where a network of the model can be led from."""
    if model.lead != "hub":
        return sites[sites["kind"] == model.lead]
    large = practices["patients"] >= model.lead_min_patients
    return pd.concat([practices[large], sites[sites["kind"].isin(hub.hospital_sites)]])


def sphere_km(places: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """[place, 3], on the Earth's surface: straight lines, which are short of the arcs by centimetres."""
    north, east = (np.radians(places[field].to_numpy(float)) for field in ("latitude", "longitude"))
    return _EARTH_KM * np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def _within_reach(role: Role, practices: pd.DataFrame, parts: pd.Series[int], report: Report) -> Role:
    """The role, its rule lowered where the parts of the area, each by itself, lack more than may be hired."""
    reported, patients = practices[f"fte_{role.id}"], practices["patients"]
    average = reported.sum() / patients[reported.notna()].sum()  # the model's estimate of those that do not report
    if role.min_per_10k is None or not average > 0:
        return role
    fte = reported.fillna(average * patients)
    lacking = (role.min_per_10k / _PER * patients.groupby(parts).sum() - fte.groupby(parts).sum()).clip(lower=0).sum()
    if lacking <= role.market_fte_share * fte.sum():
        return role
    lowered = math.floor((fte / patients).min() * _PER * _STEPS) / _STEPS
    report.warnings.append(
        f"the practices lack {lacking:.1f} FTE of {role.id} for {role.min_per_10k:g} per {_PER:,} patients in every "
        f"hub and may hire {role.market_fte_share * fte.sum():.1f}: role.{role.id}.min_per_10k is {lowered:g} instead, "
        "what every practice has"
    )
    return role.model_copy(update={"min_per_10k": lowered})


def _parts(practices: pd.DataFrame, hub: HubRules, travel: TravelRules) -> pd.Series[int]:
    """A number for each set of practices so far from the others that no hub takes both."""
    near = KDTree(sphere_km(practices)).query_pairs(2 * hub.max_km / travel.circuity, output_type="ndarray")
    pairs = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(practices), len(practices)))
    return pd.Series(connected_components(pairs, directed=False)[1], index=practices.index)


def _warn_of_largest(practices: pd.DataFrame, hub: HubRules, report: Report) -> None:
    largest = practices.nlargest(1, "patients").iloc[0]
    if largest["patients"] > hub.max:
        report.warnings.append(
            f"{largest['code']} {largest['name']} has {largest['patients']:,.0f} patients, more than a hub may have: "
            f"there is no plan until hub.max is as high ({hub.max:,} now) or it is left out"
        )
