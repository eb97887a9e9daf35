"""Each practice is in exactly one hub, or independent where policy, row and size allow it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.sets import largest_hub, run_pairs, usable_site
from optimizer.rules.softening import Softening, scale
from optimizer.rules.units import HUB_PATIENTS, more
from optimizer.rules.widening import everybody, with_policy, with_practices
from optimizer.rules.words import missed_by, named
from optimizer.verify.facts import Case

NAME = "one-group-each"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """A hub or independence; whether `u` may be 1 is its bound."""
    r = rows.block(p.n_practices, lower=1, upper=1)
    r.add(p.reach.row, c["x"], 1)
    r.add(np.arange(p.n_practices), c["u"], 1)


def _widened(instance: Instance) -> Instance:
    free = with_policy(instance, allow_independent=True, independent_max_patients=everybody(instance))
    return with_practices(free, independent_allowed=True)


def _soften(e: Softening) -> None:
    policy, patients = e.instance.policy, e.wide.practices.patients
    price = np.array([not p.independent_allowed for p in e.instance.practices], dtype=np.float64)
    price += not policy.allow_independent
    most = policy.independent_max_patients
    price += np.where(patients > most, 1 + (patients - most) / scale(most), 0.0)
    e.charge(e.columns["u"], price)
    e.charge(e.columns["run"], -price[run_pairs(e.wide)[0]])  # by a trust it may be


def _exemptions(case: Case) -> Iterator[Exemption]:
    policy = case.prepared.instance.policy
    for facts in case.practices:
        if facts.hub is not None or facts.run_by is not None:
            continue
        practice, who = case.prepared.practices[facts.practice], named(case, facts.practice)
        if not policy.allow_independent:
            change = Change("policy.allow_independent", True, Loosest.EITHER)
            yield Exemption(NAME, practice.id, f"{who} finds no hub: allow it to be independent", change)
        if not practice.independent_allowed:
            change = Change("independent_allowed", True, Loosest.EITHER, "practices", practice.id)
            yield Exemption(NAME, practice.id, f"{who} finds no hub: allow it to be independent", change)
        most = policy.independent_max_patients
        if practice.patients > most:
            change = Change("policy.independent_max_patients", practice.patients, Loosest.LARGEST)
            words = f"{who} finds no hub, independent practices have up to {most:,}: allow {practice.patients:,}"
            yield Exemption(NAME, practice.id, words, change, missed_by(practice.patients, most))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    policy = instance.policy
    if policy.allow_independent:
        words, key = "an independent practice of up to {:,}", "policy.independent_max_patients"
        yield more(words, key, policy.independent_max_patients, HUB_PATIENTS)
    else:
        yield Loosening("independent practices allowed", {"policy.allow_independent": True})


def _impossible(p: Problem) -> Iterator[str]:
    """Practices that must join a hub and have no site that could ever be large enough within reach."""
    usable = p.reach.where(usable_site(p)[p.reach.column])
    choices = np.bincount(usable.row, minlength=p.n_practices)
    for i in np.flatnonzero((choices == 0) & ~p.practices.may_be_independent):
        sites = p.reach.column[p.reach.row == i]
        if len(sites) == 0 and p.practices.together[i] >= 0:
            continue  # for keep-together to say
        who, lock = f"{p.practices.names[i]} ({p.practices.patients[i]:,} patients)", p.practices.locks[i]
        who += f" {lock}: it" if lock else ""
        within = "reach and areas" if p.practices.areas.shape[1] else "reach"
        if len(sites) == 0:
            yield f"{who} has no hub site within {within} and may not be independent"
        else:
            most, least = largest_hub(p)[sites].max(), p.sites.minimum[sites].min()
            yield (
                f"{who} may not be independent, and no hub within its {within} can have "
                f"{least:,} patients: {most:,.0f} at most"
            )


RULE = Rule(
    NAME,
    rows=_rows,
    widened=_widened,
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
    impossible=_impossible,
)
