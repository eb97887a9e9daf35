"""One more unit of every rule that an instance has, and one unit less of it, by which a plan shows where it binds."""

from __future__ import annotations

from collections.abc import Iterator

from instances import InputError, Instance, Practice
from optimizer.model.plan import Plan
from optimizer.rules import RULES, Lock, Loosening
from optimizer.rules.changes import Change, Loosest, apply
from optimizer.verify import verify
from optimizer.verify.prepared import Prepared


def loosenings(instance: Instance) -> Iterator[Loosening]:
    """One more unit of every rule that the instance has; without each lock, one at a time."""
    for rule in RULES:
        yield from rule.loosenings(instance)
        for lock in rule.locks(instance):
            yield _dropped(lock)


def _dropped(lock: Lock) -> Loosening:
    change = lock.without
    if change.table:
        return Loosening(lock.words, {}, cell=change)
    return Loosening(lock.words, {change.key: change.value})


def loosened(instance: Instance, by: Loosening) -> Instance:
    """The looser instance. Where more is in reach, sites that are rural so far stay it."""
    looser = apply(instance.with_settings(dict(by.settings)), () if by.cell is None else (by.cell,))
    return apply(looser, _rural_sites(instance)) if by.is_reach else looser


def touched(instance: Instance, plan: Plan, by: Loosening) -> int | None:
    """In how many places a plan needs the last unit of the rule; None where it has no units to take away."""
    if not by.tighter:
        return None
    try:
        tighter = instance.with_settings(dict(by.tighter))
    except InputError:
        return None
    before = {(fault.rule, fault.subject) for fault in verify(instance, plan).violations}
    after = {(fault.rule, fault.subject) for fault in verify(tighter, plan).violations}
    return len(after - before)


def _rural_sites(instance: Instance) -> Iterator[Change]:
    prepared = Prepared(instance)
    places: tuple[Practice, ...] = instance.practices
    for practice in places:
        if not practice.rural and prepared.is_rural(practice.id):
            yield Change("rural", True, Loosest.EITHER, "practices", practice.id)
