"""No practice is in a network of a care model that it refuses, where consent counts and no last resort is open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance, Practice
from optimizer.model.consent import refusals
from optimizer.model.locked import known_as
from optimizer.rules.bans import ban_rows, soften_bans
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "consent"


def _soften(e: Softening) -> None:
    """A refusal that is overridden counts once, whatever the hub."""
    soften_bans(e, e.strict.practices.refuses, np.arange(e.wide.n_practices))


def _exemptions(case: Case) -> Iterator[Exemption]:
    consent, policy = case.prepared.consent, case.prepared.instance.policy
    way_out = "win its consent" + (", or name it in policy.unplaced_after_mediation" if policy.last_resort else "")
    for facts in case.practices:
        practice, model = case.prepared.practices[facts.practice], facts.care_model
        if model is not None and consent.forbids(practice, model):
            rest = tuple(other for other in practice.refuses if other != model)
            words = f"{named(case, practice.id)} refuses {model}: {way_out}"
            yield Exemption(NAME, practice.id, words, Change("refuses", rest, Loosest.FEWEST, "practices", practice.id))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    policy = instance.policy
    refusing = [instance.practices[i] for i in np.flatnonzero(refusals(instance).any(axis=1))]
    if refusing:
        yield Loosening("every practice consents", {"policy.consent": False})
        yield from _last_resort(instance, refusing)
    if policy.reluctant_price_per_patient and any(p.reluctant for p in instance.practices):
        yield Loosening("nobody is reluctant", {"policy.reluctant_price_per_patient": 0.0}, is_price=True)
    if policy.unready_price_per_patient and any(p.readiness not in (None, 1) for p in instance.practices):
        yield Loosening("every practice is ready", {"policy.unready_price_per_patient": 0.0}, is_price=True)


def _last_resort(instance: Instance, refusing: list[Practice]) -> Iterator[Loosening]:
    """What the commissioner may do besides about refusals that bind."""
    policy = instance.policy
    after_mediation, problems = policy.unplaced_after_mediation, policy.serious_problems
    if not policy.last_resort:
        if after_mediation or problems or policy.serious_strain is not None:
            yield Loosening("the commissioner's last resort", {"policy.last_resort": True})
        return
    for practice in refusing:
        words = f"the commissioner's last resort for {known_as(practice)}"
        yield Loosening(words, {"policy.unplaced_after_mediation": (*after_mediation, practice.id)})


RULE = Rule(
    NAME,
    rows=lambda p, c, rows: ban_rows(p, c, rows, p.practices.refuses),
    widened=lambda given: with_policy(given, consent=False),
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
)
