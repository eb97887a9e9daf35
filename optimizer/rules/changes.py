"""Changes that loosen an instance: settings as `--set` takes them, and cells of the tables."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from instances import Instance


class Loosest(StrEnum):
    """Which of two values for one key allows more."""

    LARGEST = "largest"
    SMALLEST = "smallest"
    FEWEST = "fewest"  # of lists: what is in both
    MOST = "most"  # of lists: what is in either
    EITHER = "either"  # a switch: all values are the same


_KEYS = {"practices": "id", "hospitals": "id", "commissioners": "area"}  # what identifies a row of each table


@dataclass(frozen=True)
class Change:
    """A new value for a setting, or for a cell of a table of the instance; `row` is what identifies a record there."""

    key: str  # "hub.min"; of a cell its column
    value: Any
    loosest: Loosest
    table: str = ""
    row: str = ""

    def __str__(self) -> str:
        """As a shell takes it, or where the cell is."""
        if not self.table:
            return f"--set {shlex.quote(f'{self.key}={_text(self.value)}')}"
        value = ";".join(self.value) if isinstance(self.value, tuple) else _text(self.value)
        return f"{self.table}.csv, row {self.row}: {self.key} = {value or 'empty'}"


def setting(instance: Instance, key: str) -> Any:
    """What a dotted setting is: of "hub.min", of "care_model.MCP.max_km"."""
    section, *record, name = key.split(".")
    found = getattr(instance, section)
    if record:
        found = next(each for each in found if each.id == ".".join(record))
    return getattr(found, name)


def current(instance: Instance, change: Change) -> Any:
    """What is there now where the change puts a value."""
    if not change.table:
        return setting(instance, change.key)
    rows = getattr(instance, change.table)
    return getattr(next(row for row in rows if getattr(row, _KEYS[change.table]) == change.row), change.key)


def merge(changes: Iterable[Change]) -> tuple[Change, ...]:
    """One change a key, the loosest."""
    found: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        key = change.table, change.row, change.key
        found[key] = replace(change, value=_loosest(found[key], change)) if key in found else change
    return tuple(found.values())


def _loosest(one: Change, other: Change) -> Any:
    if one.loosest is Loosest.LARGEST:
        return max(one.value, other.value)
    if one.loosest is Loosest.SMALLEST:
        return min(one.value, other.value)
    if one.loosest is Loosest.EITHER:
        return one.value
    if one.loosest is Loosest.MOST:
        return tuple(dict.fromkeys((*one.value, *other.value)))
    if isinstance(one.value, Mapping):
        return {key: value for key, value in one.value.items() if other.value.get(key) == value}
    return tuple(value for value in one.value if value in other.value)


def apply(instance: Instance, changes: Iterable[Change]) -> Instance:
    """The loosened instance; raises `InputError` where changes contradict each other."""
    changes = merge(changes)
    cells = [change for change in changes if change.table]
    tables = {name: _edited(instance, name, cells) for name in _KEYS}
    edited = instance.model_copy(update=tables) if cells else instance
    settings = {change.key: change.value for change in changes if not change.table}
    return edited.with_settings(settings) if settings else edited


def _edited(instance: Instance, table: str, cells: Iterable[Change]) -> tuple[Any, ...]:
    updates: dict[str, dict[str, Any]] = {}
    for change in cells:
        if change.table == table:
            updates.setdefault(change.row, {})[change.key] = change.value
    rows = ((getattr(row, _KEYS[table]), row) for row in getattr(instance, table))
    return tuple(row.model_copy(update=updates[key]) if key in updates else row for key, row in rows)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {_text_inside(v)}" for k, v in value.items()) + "}"
    return _text_inside(value)


def _text_inside(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, Mapping):
        return _text(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_text_inside, value)) + "]"
    return json.dumps(value)
