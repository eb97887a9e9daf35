"""Setting up hubs and networks costs no more than the transformation fund has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from instances import Instance
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rest, Room, Rule
from optimizer.rules.units import BRIEF_YEARS, FUND_POUNDS, more
from optimizer.rules.widening import with_policy
from optimizer.rules.words import POUND_DECIMALS, missed_by, up
from optimizer.verify import Evaluation
from optimizer.verify.costs import setup_once
from optimizer.verify.exact import exact
from optimizer.verify.facts import Case

NAME = "fund"
_PENNY = 0.01


def _totals(p: Problem) -> Iterator[Total]:
    further = p.models.partner_setup if p.has_partners else None
    once = Sum(p, hubs=p.sites.setup, networks=p.models.setup, partners=further)
    most = float(p.sites.setup.sum() + p.models.setup[p.candidates.model].sum())
    most += float(p.models.partner_setup.max(initial=0.0)) * len(p.hospitals.ids)
    yield Total("plan", once, high=p.network.fund, most=most)


def _restrict(p: Problem, rest: Rest) -> Problem:
    spent = float(p.sites.setup[rest.hubs.site].sum()) + rest.networks.setup
    return replace(p, network=replace(p.network, fund=p.network.fund - spent))


def _exemptions(case: Case) -> Iterator[Exemption]:
    limit = exact(case.prepared.instance.policy.transformation_fund)
    spent = setup_once(case)
    if 0 < limit < spent:
        short = float(spent - limit)
        words = (
            f"setting up costs £{float(spent):,.0f} once, the fund has £{float(limit):,.0f}: find £{short:,.0f} more"
        )
        change = Change("policy.transformation_fund", up(spent, POUND_DECIMALS), Loosest.LARGEST)
        dear = {"horizon_years": BRIEF_YEARS, "weights.disruption": 0.0}
        yield Exemption(NAME, "plan", words, change, missed_by(spent, limit), dear)


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    fund = instance.policy.transformation_fund
    if fund:
        yield more("a fund of £{:,.0f}", "policy.transformation_fund", fund, FUND_POUNDS)


def _impossible(p: Problem) -> Iterator[str]:
    """What setting up takes at least: hubs for all who must be in one, networks for the least coverage."""
    if not np.isfinite(p.network.fund):
        return
    in_hubs = max(int(p.practices.patients[~p.practices.may_be_independent].sum()), p.network.patients_min)
    largest = max(p.hub.maximum, int(p.practices.patients.max(initial=0)))
    hubs = max(-(-in_hubs // largest), p.hub.count_min)
    networks, spent_on_networks = _cheapest_networks(p)
    least = float(np.sort(p.sites.setup)[:hubs].sum()) + spent_on_networks
    if least > p.network.fund + _PENNY:
        yield (
            f"setting up {hubs:,} hubs and {networks:,} networks, as many as it takes at least, costs £{least:,.0f} "
            f"once, and the fund has £{p.network.fund:,.0f}"
        )


def _cheapest_networks(p: Problem) -> tuple[int, float]:
    """(number, pounds once) of networks large enough together for the least coverage."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and rules are imported by every solver

    if p.n_models == 0:
        return 0, 0.0
    room = LinearConstraint(p.models.maximum[None, :].astype(np.float64), lb=p.network.patients_min)
    most = np.bincount(p.candidates.model, minlength=p.n_models)
    bounds = Bounds(p.models.count_min, np.maximum(most, p.models.count_min))
    found = milp(
        p.models.setup,
        integrality=np.ones(p.n_models, dtype=np.int64),
        bounds=bounds,
        constraints=room,
        options={"presolve": False},  # that of SciPy's HiGHS can lose optima
    )
    if found.x is None:
        return 0, 0.0  # too few leads: for the coverage to say
    counts = np.round(found.x)
    return int(counts.sum()), float(counts @ p.models.setup)


def _room(instance: Instance, evaluation: Evaluation) -> Iterator[Room]:
    fund, terms = instance.policy.transformation_fund, evaluation.terms
    if fund > 0:
        setup = [terms[term] for term in ("hub_setup", "network_setup", "partners_setup") if term in terms]
        once = float(sum(setup) * exact(instance.horizon_years))
        yield Room("plan", "plan", "set-up, once", once, fund, False, "£")


RULE = Rule(
    NAME,
    totals=_totals,
    restrict=_restrict,
    widened=lambda given: with_policy(given, transformation_fund=0.0),
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
    room=_room,
)
