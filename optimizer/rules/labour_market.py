"""Hubs and networks hire no more of a role than the labour market offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from instances import Instance
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import DEAR, FTE, SHARE, more
from optimizer.rules.words import FTE_DECIMALS, SHARE_DECIMALS, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.facts import Case
from optimizer.verify.wording import TOLERANCE_FTE

NAME = "labour-market"


def _totals(p: Problem) -> Iterator[Total]:
    for role in np.flatnonzero((p.roles.hub_ratio > 0) | (p.roles.network_ratio > 0)):
        market = float(p.roles.market[role])
        hired = (np.arange(p.n_roles) == role).astype(np.float64)
        yield Total(p.roles.ids[role], Sum(p, hires=hired), high=market, most=2 * market)


def _restrict(p: Problem, rest: Rest) -> Problem:
    market = np.maximum(0.0, p.roles.market - rest.hubs.hires.sum(axis=0) - rest.networks.hires)
    return replace(p, roles=replace(p.roles, market=market))


def _lifted(p: Problem) -> Problem:
    """A market is a share of those in post, and there may be nobody; each hub and each network may round up."""
    need = p.roles.hub_ratio + p.roles.network_ratio
    rounded_up = p.roles.whole_fte * (p.n_sites + p.n_candidates)
    market = np.maximum(p.roles.market, 2 * need * p.total_patients + 1 + rounded_up)
    return replace(p, roles=replace(p.roles, market=market))


def _exemptions(case: Case) -> Iterator[Exemption]:
    for role, hired in case.hires.items():
        offered = case.prepared.market[role]
        if hired <= offered + TOLERANCE_FTE:
            continue
        in_post = sum(case.prepared.fte[role].values(), Fraction(0))
        words = (
            f"hubs and networks need to hire {float(hired):,.1f} FTE of {role}, the labour market offers "
            f"{float(offered):,.1f}: find {float(hired - offered):,.1f} more"
        )
        of = case.prepared.roles[role]
        if of.market_fte is not None:
            change = Change(f"role.{role}.market_fte", up(hired, FTE_DECIMALS), Loosest.LARGEST)
        elif not in_post:
            ratio = "min_per_10k" if of.min_per_10k else "network_min_per_10k"
            change = Change(f"role.{role}.{ratio}", 0.0, Loosest.SMALLEST)
            words = f"nobody has any {role}, so none can be hired: drop the ratio"
        else:
            share = up(hired / in_post, SHARE_DECIMALS)
            change = Change(f"role.{role}.market_fte_share", share, Loosest.LARGEST)
            words += f" ({share:.2%} of those in post)"
        yield Exemption(NAME, role, words, change, missed_by(hired, offered), {f"role.{role}.cost_per_fte": DEAR})


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    for role in instance.role:
        if not (role.min_per_10k or role.network_min_per_10k):
            continue
        words = f"labour market for {role.id}: "
        if role.market_fte is None:
            yield more(
                f"{words}{{:.1%}} of those in post", f"role.{role.id}.market_fte_share", role.market_fte_share, SHARE
            )
        else:
            yield more(f"{words}{{:g}} FTE", f"role.{role.id}.market_fte", role.market_fte, FTE)
        if role.whole_fte:
            yield Loosening(f"parts of an FTE of {role.id} hired", {f"role.{role.id}.whole_fte": False})


def _impossible(p: Problem) -> Iterator[str]:
    """The ratio over everybody who must be in a hub, or in a network, against staff in post and the market."""
    for r in np.flatnonzero(p.roles.hub_ratio > 0):
        need = p.roles.hub_ratio[r] * p.practices.patients - p.practices.fte[:, r]
        free = p.practices.may_be_independent
        # the practices that may stay outside do so where that eases the need
        least = float(need[~free].sum() + np.minimum(need[free], 0.0).sum())
        if least > p.roles.market[r] + float(TOLERANCE_FTE):
            yield (
                f"role {p.roles.ids[r]}: hubs need {least:,.1f} FTE more than they have, the labour market offers "
                f"{p.roles.market[r]:,.1f}"
            )
    for role in np.flatnonzero(p.roles.network_ratio > 0).tolist():
        least = _fewest_of_networks(p, role)
        if least > p.roles.market[role] + float(TOLERANCE_FTE):
            yield (
                f"role {p.roles.ids[role]}: networks need {least:,.2f} FTE more than there are, the labour market "
                f"offers {p.roles.market[role]:,.2f}"
            )


def _fewest_of_networks(p: Problem, role: int) -> float:
    """FTE that hubs and networks hire at least for the fewest patients that networks have."""
    able = np.asarray(np.isfinite(p.candidates.partner_km).any(axis=0), dtype=bool)
    able[p.candidates.hospital[p.candidates.hospital >= 0]] = True
    there = p.practices.fte[:, role].sum() + p.hospitals.fte[able, role].sum()
    least = p.roles.network_ratio[role] * p.network.patients_min - there
    if there == 0 and p.roles.whole_fte[role] and p.n_models:
        networks = max(p.models.count_min.sum(), np.ceil(p.network.patients_min / max(1, p.models.maximum.max())))
        return float(max(least, networks))
    return float(least)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    asked_for = {role.id for role in instance.role if role.min_per_10k or role.network_min_per_10k}
    for role, hired in evaluation.hires.items():
        if role in asked_for:
            market = float(evaluation.market[role])
            yield Room("plan", "plan", f"{role} to hire", float(hired), market, False, "FTE")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    lifted=_lifted,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)
