"""A practice is in the hub at a given site: its other pairs have no column, nor has its independence."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.rules.locks import tabled, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "fixed-hub"


def _soften(e: Softening) -> None:
    for practice, site in e.instance.policy.fixed_hub.items():
        e.ask_for(e.pair(practice, site))


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    for practice, site in instance.policy.fixed_hub.items():
        if case.by_practice[practice].hub != site:
            words = f"{named(case, practice)} cannot be in the hub at {named(case, site)}: leave its hub open"
            yield Exemption(NAME, practice, words, without(instance, "fixed_hub", practice))


RULE = Rule(
    NAME,
    widened=lambda given: with_policy(given, fixed_hub={}),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: tabled(given, "fixed_hub", "no fixed hub for {}"),
)
