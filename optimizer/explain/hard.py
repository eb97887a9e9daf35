"""What was asked for and may not be loosened, beside locks and limits of the same name that may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from instances import InputError, Instance
from optimizer.rules.changes import Change, setting

Hard = Mapping[str, Any]  # settings of an instance without locks, such as {"policy.must_open": ["a"]}


def keeps(hard: Hard, changes: Iterable[Change]) -> bool:
    """Whether all that is hard is left after the changes."""
    return all(_holds(change.value, hard[change.key]) for change in changes if change.key in hard and not change.table)


def held(instance: Instance, widened: Instance, hard: Hard) -> Instance | None:
    """The widened instance with what is hard put back where widening took it away; None where that contradicts."""
    lost = {key: value for key, value in hard.items() if setting(widened, key) != setting(instance, key)}
    try:
        return widened.with_settings(lost) if lost else widened
    except InputError:
        return None


def _holds(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return all(practice in value and _same(value[practice], places) for practice, places in wanted.items())
    if isinstance(wanted, list):
        return {_frozen(entry) for entry in wanted} <= {_frozen(entry) for entry in value}
    return bool(value == wanted)


def _same(value: Any, wanted: Any) -> bool:
    return set(wanted) <= set(value) if isinstance(wanted, list) else bool(value == wanted)


def _frozen(entry: Any) -> Any:
    return entry if isinstance(entry, str) else tuple(entry)
