"""Changed settings: a copy of an instance with some dotted keys set, held to every rule again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from instances.dotted import path_of, record_name
from instances.errors import Fault
from instances.inconsistency import Path
from instances.parse import UnusualError, refuse_unusual, toml_values
from instances.presets import PRESETS
from instances.schema import AnyInstance, InstanceData
from instances.tables import NONE, SECTION_TABLES, TABLES, TRAVEL, split
from instances.validation import Origins, build
from instances.wording import did_you_mean, keys_at, node_at

_SOURCE = "settings"
_MOST_STEPS = 50  # of a key; ids may have dots
_PRESET = ".preset"  # its figures go before those of the file, so it comes before all else that is changed
_TABLES = tuple(layout.name for layout in TABLES if layout is not TRAVEL)
_RECORDS = tuple(str(layout.path[0]) for layout in SECTION_TABLES)


def apply_settings(instance: AnyInstance, settings: Mapping[str, Any] | Iterable[str]) -> AnyInstance:
    """`settings` as {"hub.min": 25000} or as ["hub.min=25000", "care_model.MCP.lead=acute"] with values as in TOML."""
    data = _open(instance)
    pairs, faults = _pairs(settings)
    for key, value in sorted(pairs, key=lambda pair: not pair[0].endswith(_PRESET)):
        if key.count(".") > _MOST_STEPS:
            faults.append(Fault(_SOURCE, "a key such as hub.min", column=key))
            continue
        path = path_of(key, data)
        fault = _fault(key, path, data)
        if fault is None:
            try:
                value = _parsed(value.text, path) if isinstance(value, _Raw) else _usual(value)
            except UnusualError as error:
                fault = Fault(_SOURCE, f"a value as in TOML ({error})", column=key)
        if fault is None:
            _put(data, path, value)
        else:
            faults.append(fault)
    return build(type(instance), data, Origins(_SOURCE), faults)


class _Raw:
    """A value as the user typed it."""

    def __init__(self, text: str) -> None:
        self.text = text


def _pairs(settings: Mapping[str, Any] | Iterable[str]) -> tuple[list[tuple[str, Any]], list[Fault]]:
    """Keys with their values, and what is no such pair."""
    if isinstance(settings, Mapping):
        return list(_flattened(settings, ())), []
    pairs: list[tuple[str, Any]] = []
    faults = []
    for text in [settings] if isinstance(settings, str) else settings:
        key, equals, value = text.partition("=")
        if equals and key.strip():
            pairs.append((key.strip(), _Raw(value.strip())))
        else:
            faults.append(Fault(_SOURCE, "key=value, such as hub.min=25000", value=text))
    return pairs, faults


def _flattened(settings: Mapping[str, Any], outer: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """{"hub": {"min": 1}} as hub.min; what is itself a table of ids stays whole."""
    for name, value in settings.items():
        key = (*outer, name)
        if isinstance(value, Mapping) and keys_at(key):
            yield from _flattened(value, key)
        else:
            yield ".".join(key), value


def _open(instance: InstanceData) -> dict[str, Any]:
    """The instance as nested dicts of what it states; tables stay the objects they are."""
    exclude: dict[str, Any] = {**dict.fromkeys(_TABLES, True), "travel": {"table"}}
    data = instance.model_dump(exclude_unset=True, exclude=exclude)
    for name in _RECORDS:
        data[name] = list(data.get(name, ()))
    if instance.travel.table is not None:
        data.setdefault("travel", {})["table"] = instance.travel.table
    return data | {name: getattr(instance, name) for name in _TABLES if name in instance.model_fields_set}


def _fault(key: str, path: Path, data: dict[str, Any]) -> Fault | None:
    """Why the key cannot be set, if it cannot; unknown names of a section are left to the schema."""
    if path[0] in _TABLES or path[:2] == ("travel", "table"):
        return Fault(_SOURCE, "a setting; tables are changed in their files", column=key)
    if path[0] in _RECORDS and path != ("boundary",):
        if not any(isinstance(step, int) for step in path):
            ids = [record_name(record) for record in data[str(path[0])]]
            named = str(path[1]) if len(path) > 1 else ""
            some = f"{path[0]}.ID.name, where ID is one of {', '.join(ids)}" if ids else f"a {path[0]}; there is none"
            return Fault(_SOURCE, some + did_you_mean(named, ids), column=key)
        if path[2:] in ((), ("id",)):
            return Fault(_SOURCE, "one setting of it, other than id", column=key)
    elif len(path) == 1 and keys_at(path):
        return Fault(_SOURCE, f"one of its settings, such as {key}.{keys_at(path)[0]}", column=key)
    return None


def _usual(value: Any) -> Any:
    refuse_unusual(value)
    return value


def _put(data: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        if isinstance(step, str) and not isinstance(data.get(step), dict | list):
            data[step] = {}
        data = data[step]
    if path[0] in ("hub", "care_model") and path[-1] == "preset":
        _unstate(data, str(value))
    data[path[-1]] = value


def _unstate(record: dict[str, Any], preset: str) -> None:
    """Leave the figures that a preset has to it."""
    for name in PRESETS[preset].settings if preset in PRESETS else ():
        record.pop(name, None)


def _parsed(text: str, path: Path) -> Any:
    """A TOML value; bare words are text, `none` is no value where that is allowed, ids may stand with `;` between."""
    node = node_at(path) or {}
    kind = node.get("type")
    if text == NONE and node.get("nullable") and kind != "string":
        return None
    if kind == "string" and not text.startswith(('"', "'")):
        return text
    try:
        parsed = toml_values(f"value = {text}")
    except tomllib.TOMLDecodeError:
        parsed = {}
    value = parsed["value"] if list(parsed) == ["value"] else text
    if kind == "array" and not isinstance(value, list) and node["items"].get("type") == "string":
        return split(text)
    return value
