"""Where a care model needs a delegated commissioner, practices of others are in no network of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from instances import Instance
from optimizer.model.blocks import ColumnBlocks, RowBlocks
from optimizer.model.problem import Problem
from optimizer.rules.bans import ban_rows, soften_bans
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Exemption, Lock, Rule
from optimizer.rules.softening import Softening
from optimizer.rules.widening import with_models
from optimizer.verify.facts import Case

NAME = "delegation"


def _rows(p: Problem, c: ColumnBlocks, rows: RowBlocks) -> None:
    """Refusals have rows already."""
    ban_rows(p, c, rows, p.practices.undelegated & ~p.practices.refuses)


def _soften(e: Softening) -> None:
    """A commissioner that is not delegated counts once, whatever the practice."""
    areas = [practice.area or "" for practice in e.instance.practices]
    soften_bans(e, e.strict.practices.undelegated, np.unique(areas, return_inverse=True)[1])


def _exemptions(case: Case) -> Iterator[Exemption]:
    """One for each commissioner and care model."""
    prepared, found = case.prepared, dict[tuple[str, str], int]()
    for facts in case.practices:
        practice = prepared.practices[facts.practice]
        if facts.care_model and prepared.lacks_delegation(practice, prepared.models[facts.care_model]):
            key = practice.area or "", facts.care_model
            found[key] = found.get(key, 0) + practice.patients
    for (area, model), patients in found.items():
        words = f"{model} needs a delegated commissioner, for {patients:,} patients of {area}: delegate that of {area}"
        yield Exemption(NAME, area, words, _delegated(area))


def _locks(instance: Instance) -> Iterator[Lock]:
    if any(model.needs_delegated for model in instance.care_model):
        for row in instance.commissioners:
            if not row.delegated:
                yield Lock(f"the commissioner of {row.area} delegated", _delegated(row.area))


def _delegated(area: str) -> Change:
    return Change("delegated", True, Loosest.EITHER, "commissioners", area)


def _impossible(p: Problem) -> Iterator[str]:
    for practice, allowed in p.network.fixed:
        models = np.unique(p.candidates.model[allowed])
        if len(models) and p.practices.undelegated[practice, models].all():
            name, model = p.practices.names[practice], p.models.ids[models[0]]
            yield f"{name} is to be in a network of {model}, which needs a delegated commissioner: its own is not"


def _remarks(p: Problem) -> Iterator[str]:
    for k, model in enumerate(p.models.ids):
        outside = p.practices.undelegated[:, k]
        if outside.any():
            patients = int(p.practices.patients[outside].sum())
            yield (
                f"{int(outside.sum()):,} practices with {patients:,} patients cannot be in networks of {model}: "
                "their commissioner is not delegated"
            )


RULE = Rule(
    NAME,
    rows=_rows,
    widened=lambda given: with_models(given, needs_delegated=False),
    soften=_soften,
    exemptions=_exemptions,
    locks=_locks,
    impossible=_impossible,
    remarks=_remarks,
)
