"""No practice is in a network of a care model that it refuses, where consent counts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.bans import ban_rows, soften_bans
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Loosening, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_policy
from optimizer.rules.words import named
from optimizer.verify.facts import Case

NAME = "consent"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    ban_rows(p, c, rows, p.practices.refuses)


def _soften(e: Softening) -> None:
    """A refusal that is overridden counts once, whatever the hub."""
    soften_bans(e, e.strict.practices.refuses, np.arange(e.wide.n_practices))


def _exemptions(case: Case) -> Iterator[Exemption]:
    if not case.prepared.instance.policy.consent:
        return
    for facts in case.practices:
        practice = case.prepared.practices[facts.practice]
        if facts.care_model is not None and facts.care_model in practice.refuses:
            rest = tuple(model for model in practice.refuses if model != facts.care_model)
            words = f"{named(case, practice.id)} refuses {facts.care_model}: win its consent"
            yield Exemption(NAME, practice.id, words, Change("refuses", rest, Loosest.FEWEST, "practices", practice.id))


def _loosenings(instance: Instance) -> Iterator[Loosening]:
    if instance.policy.consent and any(practice.refuses for practice in instance.practices):
        yield Loosening("every practice consents", {"policy.consent": False})


RULE = Rule(
    NAME,
    rows=_rows,
    widened=lambda given: with_policy(given, consent=False),
    soften=_soften,
    exemptions=_exemptions,
    loosenings=_loosenings,
)
