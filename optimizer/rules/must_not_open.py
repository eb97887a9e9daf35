"""There is no hub at given places: they are no sites."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.rules.locks import listed, without
from optimizer.rules.record import Exemption, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "must-not-open"


def _soften(e: Softening) -> None:
    for site in dict.fromkeys(e.instance.policy.must_not_open):
        if site in e.site_of:
            e.charge(e.columns["y"][[e.site_of[site]]], 1.0)


def _exemptions(case: Case) -> Iterator[Exemption]:
    instance = case.prepared.instance
    for site in dict.fromkeys(instance.policy.must_not_open):
        if site in case.hubs_at:
            words = f"there has to be a hub at {named(case, site)}: allow it"
            yield Exemption(NAME, site, words, without(instance, "must_not_open", site))


RULE = Rule(
    NAME,
    widened=lambda given: with_policy(given, must_not_open=()),
    soften=_soften,
    exemptions=_exemptions,
    locks=lambda given: listed(given, "must_not_open", "{} may open"),
)
