"""Every rule of docs/model.md, section 3: one file each, which ends in the record of what the rest asks of it.

The order is that of the rows of the compact formulation, on which it depends what solvers find first.
"""

from __future__ import annotations

import numpy as np

from optimizer.model.arrays import BoolArray
from optimizer.model.columns import Columns, Networks
from optimizer.model.problem import Problem
from optimizer.rules import (
    area_shares,
    barred_hub,
    bids,
    boundaries,
    capacity,
    consent,
    contiguity,
    continuity,
    counts,
    coverage,
    delegation,
    disruption,
    distance,
    equity,
    far_share,
    fixed_hub,
    fixed_network,
    fund,
    hires,
    host,
    hub_population,
    hub_workforce,
    keep_apart,
    keep_together,
    labour_market,
    lead,
    lead_capacity,
    model_counts,
    model_shares,
    must_not_open,
    must_open,
    network,
    network_population,
    network_workforce,
    one_group_each,
    one_network_each,
    oversize,
    partners,
    site,
    trust_run,
    wave_fund,
    wave_networks,
    waves,
    whole_area,
    zone_share,
)
from optimizer.rules.record import NO_NETWORKS, Exemption, Lock, Loosening, Rest, RestNetworks, Room, Rule

__all__ = [
    "NO_NETWORKS",
    "RULES",
    "Exemption",
    "Lock",
    "Loosening",
    "Rest",
    "RestNetworks",
    "Room",
    "Rule",
    "keeps_member_rules",
    "keeps_network_rules",
    "restricted",
]

RULES: tuple[Rule, ...] = (
    one_group_each.RULE,
    site.RULE,
    host.RULE,
    counts.RULE,
    hub_population.RULE,
    oversize.RULE,
    capacity.RULE,
    boundaries.RULE,
    hub_workforce.RULE,
    labour_market.RULE,
    keep_together.RULE,
    keep_apart.RULE,
    fixed_hub.RULE,
    barred_hub.RULE,
    must_open.RULE,
    must_not_open.RULE,
    continuity.RULE,
    network.RULE,
    lead.RULE,
    network_population.RULE,
    distance.RULE,
    model_shares.RULE,
    model_counts.RULE,
    coverage.RULE,
    consent.RULE,
    delegation.RULE,
    fixed_network.RULE,
    network_workforce.RULE,
    hires.RULE,
    fund.RULE,
    disruption.RULE,
    contiguity.RULE,
    whole_area.RULE,
    area_shares.RULE,
    bids.RULE,
    waves.RULE,
    wave_networks.RULE,
    wave_fund.RULE,
    partners.RULE,
    one_network_each.RULE,
    lead_capacity.RULE,
    trust_run.RULE,
    far_share.RULE,
    zone_share.RULE,
    equity.RULE,
)


def restricted(problem: Problem, rest: Rest) -> Problem:
    """With the limits on sums over a plan less what the rest of it uses up."""
    for rule in RULES:
        problem = rule.restrict(problem, rest)
    return problem


def keeps_member_rules(problem: Problem, columns: Columns) -> BoolArray:
    """[C] whether each hub keeps the rules on its members."""
    keep = np.ones(len(columns), dtype=bool)
    for rule in RULES:
        if rule.keeps is not None:
            keep &= rule.keeps(problem, columns)
    return keep


def keeps_network_rules(problem: Problem, networks: Networks) -> BoolArray:
    """[N] whether each network keeps the rules on all its hubs and their members."""
    keep = np.ones(len(networks), dtype=bool)
    for rule in RULES:
        if rule.keeps_networks is not None:
            keep &= rule.keeps_networks(problem, networks)
    return keep
