"""The locks of an instance, each with the change that drops it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instances import Instance
from optimizer.rules.changes import Change, Loosest

LISTS = {
    "keep_together": "not together: {}",
    "keep_apart": "not apart: {}",
    "must_open": "{} need not open",
    "must_not_open": "{} may open",
}
TABLES = {
    "fixed_hub": "no fixed hub for {}",
    "barred_hub": "no barred hub for {}",
    "fixed_network": "no fixed network for {}",
}


@dataclass(frozen=True)
class Lock:
    """`words`: what is so without it."""

    words: str
    without: Change


def locks(instance: Instance) -> Iterator[Lock]:
    """Every lock of the policy."""
    for name, words in LISTS.items():
        entries = getattr(instance.policy, name)
        for k, entry in enumerate(entries):
            who = entry if isinstance(entry, str) else ", ".join(entry)
            yield Lock(words.format(who), _without(name, (*entries[:k], *entries[k + 1 :])))
    for name, words in TABLES.items():
        table = getattr(instance.policy, name)
        for practice in table:
            rest = {other: value for other, value in table.items() if other != practice}
            yield Lock(words.format(practice), _without(name, rest))


def _without(name: str, rest: object) -> Change:
    return Change(f"policy.{name}", rest, Loosest.FEWEST)
