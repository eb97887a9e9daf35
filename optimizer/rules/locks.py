"""Locks of the policy: lists and tables whose entries are dropped one by one, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from instances import Instance
from optimizer.rules.changes import Change, Loosest
from optimizer.rules.record import Lock


def listed(instance: Instance, name: str, words: str) -> Iterator[Lock]:
    """Each entry of a list; `words` take who it is about."""
    entries = getattr(instance.policy, name)
    for k, entry in enumerate(entries):
        who = entry if isinstance(entry, str) else ", ".join(entry)
        yield Lock(words.format(who), _rest(name, (*entries[:k], *entries[k + 1 :])))


def tabled(instance: Instance, name: str, words: str) -> Iterator[Lock]:
    """Each practice of a table."""
    for practice in getattr(instance.policy, name):
        yield Lock(words.format(practice), without(instance, name, practice))


def without(instance: Instance, name: str, dropped: object) -> Change:
    """A list without all entries like one, or a table without a practice."""
    entries = getattr(instance.policy, name)
    if isinstance(entries, Mapping):
        return _rest(name, {practice: value for practice, value in entries.items() if practice != dropped})
    return _rest(name, tuple(entry for entry in entries if entry != dropped))


def _rest(name: str, rest: object) -> Change:
    return Change(f"policy.{name}", rest, Loosest.FEWEST)
