"""There is a hub at given sites: a bound of `y`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.model.problem import Problem
from optimizer.rules.locks import listed, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.sets import usable_site
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "must-open"


def _soften(e: Softening) -> None:
    for site in dict.fromkeys(e.instance.policy.must_open):
        e.ask_for(e.columns["y"][[e.site_of[site]]])


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    for site in dict.fromkeys(instance.policy.must_open):
        if site not in case.hubs_at:
            words = f"there can be no hub at {named(case, site)}: do not ask for one"
            yield Exemption(NAME, site, words, without(instance, "must_open", site))


def _impossible(p: Problem) -> Iterator[str]:
    for j in np.flatnonzero(p.sites.must_open & ~usable_site(p)):
        yield f"a hub must open at {p.sites.names[j]}, but too few patients can join it"


RULE = Rule(
    NAME,
    widened=lambda given: with_policy(given, must_open=()),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: listed(given, "must_open", "{} need not open"),
    impossible=_impossible,
)
