"""A practice is not in the hubs at given sites: these pairs have no column."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.rules.locks import tabled, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "barred-hub"


def _soften(e: Softening) -> None:
    for practice, sites in e.instance.policy.barred_hub.items():
        for site in dict.fromkeys(sites):
            e.charge(e.pair(practice, site), 1.0)


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    for practice, sites in instance.policy.barred_hub.items():
        hub = case.by_practice[practice].hub
        if hub in sites:
            words = f"{named(case, practice)} has no other hub than that at {named(case, str(hub))}: let it join"
            yield Exemption(NAME, practice, words, without(instance, "barred_hub", practice))


RULE = Rule(
    NAME,
    widened=lambda given: with_policy(given, barred_hub={}),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: tabled(given, "barred_hub", "no barred hub for {}"),
)
