"""A plan that breaks rules with the changes that would allow it, confirmed by verification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from instances import InputError, Instance
from optimizer.explain.exemptions import exemptions, price
from optimizer.model.plan import Plan
from optimizer.rules import Exemption
from optimizer.rules.changes import Change, Loosest, apply, merge
from optimizer.solving.completed import with_partners
from optimizer.verify import Evaluation, verify
from optimizer.verify.hires import with_hires

_ROUNDS = 3  # of changes that call for others


@dataclass(frozen=True)
class Relaxed:
    """`plan` keeps every rule of `instance`, which is the original one with `changes`: verified."""

    plan: Plan
    exemptions: tuple[Exemption, ...]
    changes: tuple[Change, ...]
    instance: Instance
    evaluation: Evaluation

    @property
    def price(self) -> float:
        return price(self.exemptions)


def relaxed(instance: Instance, plan: Plan) -> Relaxed | None:
    """What the plan takes; None where no setting allows what it does (a way that no travel table has)."""
    plan = with_hires(instance, with_partners(instance, plan))
    needed = exemptions(instance, plan)
    changes = merge(exemption.change for exemption in needed)
    for _ in range(_ROUNDS):
        try:
            loose = apply(instance, changes)
        except InputError:
            return None
        evaluation = verify(loose, plan)
        if evaluation.ok:
            return Relaxed(plan, needed, changes, loose, evaluation)
        changes = merge([*changes, *_still_rural(instance, plan, evaluation), *_again(loose, plan)])
    return None


def _still_rural(instance: Instance, plan: Plan, evaluation: Evaluation) -> Iterable[Change]:
    """Sites that a wider reach would no longer count as rural stay so."""
    before = {hub.site: hub.rural for hub in verify(instance, plan).hubs}
    practices = {practice.id for practice in instance.practices}
    for hub in evaluation.hubs:
        if before[hub.site] and not hub.rural and hub.site in practices:
            yield Change("rural", True, Loosest.EITHER, "practices", hub.site)


def _again(loose: Instance, plan: Plan) -> Iterable[Change]:
    """What the plan needs besides, sites that were rural aside."""
    for exemption in exemptions(loose, plan):
        if exemption.change.key not in ("hub.min", "hub.min_rural"):
            yield exemption.change
