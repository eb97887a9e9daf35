"""Every rule of docs/model.md, section 3, in its order: plain functions from a plan's figures to what breaks them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.verify import (
    boundaries,
    hospital_rules,
    hub_rules,
    kind_rules,
    network_rules,
    plan_rules,
    structure_rules,
)
from optimizer.verify.contiguity import contiguity
from optimizer.verify.equity import equity
from optimizer.verify.facts import Case
from optimizer.verify.home_shares import far_share, zone_share
from optimizer.verify.trust_run import trust_run
from optimizer.verify.wording import Violation

Rule = Callable[[Case], Iterator[Violation]]

RULES: tuple[Rule, ...] = (
    structure_rules.one_group_each,
    structure_rules.independence,
    structure_rules.sites,
    structure_rules.networks,
    structure_rules.hires,
    hub_rules.hub_distance,
    network_rules.network_distance,
    far_share,
    zone_share,
    hub_rules.hub_population,
    hub_rules.oversize,
    hub_rules.capacity,
    hub_rules.host,
    network_rules.may_lead,
    network_rules.lead_is_inside,
    network_rules.network_population,
    hub_rules.hub_workforce,
    network_rules.network_workforce,
    plan_rules.labour_market,
    network_rules.coverage,
    network_rules.model_shares,
    network_rules.model_counts,
    network_rules.consent,
    network_rules.delegation,
    plan_rules.fund,
    plan_rules.disruption,
    boundaries.hub_boundaries,
    boundaries.network_boundaries,
    plan_rules.keep_together,
    plan_rules.keep_apart,
    plan_rules.fixed_hub,
    plan_rules.barred_hub,
    plan_rules.fixed_network,
    plan_rules.must_open,
    plan_rules.must_not_open,
    plan_rules.counts,
    hub_rules.continuity,
    contiguity,
    kind_rules.whole_area,
    hospital_rules.partners,
    hospital_rules.one_network_each,
    hospital_rules.lead_capacity,
    trust_run,
    kind_rules.area_shares,
    kind_rules.bids,
    kind_rules.waves,
    kind_rules.wave_networks,
    kind_rules.wave_fund,
    equity,
)

RULE_NAMES: tuple[str, ...] = (
    "one-group-each",
    "site",
    "network",
    "hires",
    "distance",
    "far-share",
    "zone-share",
    "hub-population",
    "oversize",
    "capacity",
    "host",
    "lead",
    "network-population",
    "hub-workforce",
    "network-workforce",
    "labour-market",
    "coverage",
    "model-shares",
    "model-counts",
    "consent",
    "delegation",
    "fund",
    "disruption",
    "boundaries",
    "keep-together",
    "keep-apart",
    "fixed-hub",
    "barred-hub",
    "fixed-network",
    "must-open",
    "must-not-open",
    "counts",
    "continuity",
    "contiguity",
    "whole-area",
    "area-shares",
    "bids",
    "waves",
    "wave-networks",
    "wave-fund",
    "partners",
    "one-network-each",
    "lead-capacity",
    "trust-run",
    "equity",
)


def broken(case: Case) -> tuple[Violation, ...]:
    """What breaks the rules."""
    return tuple(violation for rule in RULES for violation in rule(case))
