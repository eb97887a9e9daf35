"""Files to an `Instance`: TOML with CSV tables beside it, self-contained JSON, or an XLSX workbook.

Each format becomes the same nested dict of raw values together with the places they came from; `validation.build`
judges it. Values that a file leaves out stay out, so that `model_fields_set` tells what is a default.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from instances.errors import Fault, InputError
from instances.files import read_bytes, read_text
from instances.parse import KeyTwiceError, UnusualError, json_values, toml_values
from instances.schema import AnyInstance
from instances.tables import (
    NONE,
    PRACTICES,
    TABLES,
    TRAVEL,
    Layout,
    Table,
    column_faults,
    columns_of,
    has_ids,
    parse_csv,
    records,
)
from instances.validation import Origins, TableOrigin, build
from instances.wording import node_at

DEFAULT_FILE = "instance.toml"  # of a folder
_MOST_SETTINGS = 8_000_000  # bytes of a .toml, for which tomllib takes its time
_NEAR = "a file beside the instance or below its folder"


def read_instance(kind: type[AnyInstance], path: Path, *, tables_anywhere: bool = False) -> AnyInstance:
    """Read .toml, .json or .xlsx, or a folder with an instance.toml; raise `InputError` listing every fault.

    The tables that a .toml names lie beside or below it, links followed, unless they may lie anywhere.
    """
    path = Path(path)
    if path.is_dir():
        path = path / DEFAULT_FILE
    match path.suffix.lower():
        case ".toml":
            return _from_toml(kind, path, tables_anywhere=tables_anywhere)
        case ".json":
            return _from_json(kind, path)
        case ".xlsx":
            return _from_workbook(kind, path)
    if not path.exists():
        raise InputError([Fault(path.name, f"an instance; there is nothing at {path}")])
    raise InputError([Fault(path.name, "a file whose name ends in .toml, .json or .xlsx")])


class Parts:
    """What has been read so far: raw values, their places, and the faults of tables as tables."""

    def __init__(self, data: dict[str, Any], settings: str) -> None:
        self.data = data
        self.origins = Origins(settings)
        self.faults: list[Fault] = []
        self.complete = True

    def add(self, table: Table, layout: Layout) -> None:
        """Records of a table; they go where `layout.path` says."""
        self.faults += column_faults(table, layout)
        self.complete &= has_ids(table, layout)
        self.origins.tables[layout.path] = TableOrigin(table.file, table.numbers, dict(layout.columns))
        values = columns_of(table, layout) if layout.by_column else records(table, layout)
        if layout is not TRAVEL:
            self.data[str(layout.path[0])] = values
        elif isinstance(section := self.data.setdefault("travel", {}), dict):
            section["table"] = values

    def give_up(self, faults: list[Fault]) -> None:
        """A table could not be read at all."""
        self.faults += faults
        self.complete = False

    def build(self, kind: type[AnyInstance]) -> AnyInstance:
        if "practices" not in self.data:
            self.complete = False
            self.data["practices"] = []
        return build(kind, self.data, self.origins, self.faults, complete=self.complete)


def _from_toml(kind: type[AnyInstance], path: Path, *, tables_anywhere: bool) -> AnyInstance:
    text = read_text(path, most=_MOST_SETTINGS)
    try:
        data = toml_values(text)
    except ValueError as error:
        raise InputError([_toml_fault(path.name, str(error))]) from None
    parts = Parts(_without_none(data), path.name)
    for layout in TABLES:
        _add_csv(parts, path, layout, anywhere=tables_anywhere)
    return parts.build(kind)


def _add_csv(parts: Parts, path: Path, layout: Layout, *, anywhere: bool) -> None:
    """The table that the TOML names, or the one of the default name if it is there; an empty name means none."""
    section, name = _file_key(parts.data, layout)
    stated = section.pop(name, None)
    default = f"{layout.name}.csv"
    if (stated is not None and not isinstance(stated, str)) or (stated == "" and layout is PRACTICES):
        key = "travel.table" if layout is TRAVEL else name
        parts.give_up([Fault(path.name, "the name of a CSV file", column=key, value=str(stated)[:60])])
        return
    if stated == "" or (stated is None and layout is not PRACTICES and not (path.parent / default).is_file()):
        return
    file = stated or default
    if not (anywhere or _lies_below(path.parent / file, path)):
        key = "travel.table" if layout is TRAVEL else layout.name
        parts.give_up([Fault(path.name, f"{_NEAR}; --tables-anywhere allows others", column=key, value=file)])
        return
    try:
        table, faults = parse_csv(read_text(path.parent / file, name=file), file)
    except InputError as error:
        parts.give_up(list(error.faults))
        return
    if table is None:
        parts.give_up(faults)
        return
    parts.faults += faults
    parts.add(table, layout)


def _lies_below(table: Path, instance: Path) -> bool:
    """Whether a table is in the folder of the instance or below it, both where they really are."""
    try:
        real = table.resolve()
        return any(real.is_relative_to(folder) for folder in (instance.parent.resolve(), instance.resolve().parent))
    except (OSError, RuntimeError, ValueError):  # a loop of links, a null character: reading will say so
        return True


def _file_key(data: dict[str, Any], layout: Layout) -> tuple[dict[str, Any], str]:
    """The section and the key that name a table's file."""
    if layout is not TRAVEL:
        return data, layout.name
    section = data.get("travel", {})
    return (section, "table") if isinstance(section, dict) else ({}, "table")


def _without_none(data: dict[str, Any], path: tuple[str | int, ...] = ()) -> dict[str, Any]:
    """TOML has no null: the word `none` stands for it where a setting may be without a number."""
    for key, value in data.items():
        inner = (*path, key)
        if isinstance(value, dict):
            _without_none(value, inner)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    _without_none(item, (*inner, index))
        elif value == NONE and (node := node_at(inner)) and node["nullable"] and node.get("type") != "string":
            data[key] = None
    return data


def _toml_fault(file: str, message: str) -> Fault:
    line = re.search(r"\s*\(?(?:at )?line (\d+)", message)
    reason = message[: line.start()] if line else message
    reason = "a key is given twice" if reason.startswith("Cannot overwrite") else reason.rstrip(": (")
    return Fault(file, f"valid TOML ({reason})", row=int(line[1]) if line else None)


def _from_json(kind: type[AnyInstance], path: Path) -> AnyInstance:
    text = read_text(path)
    try:
        data = json_values(text)
    except KeyTwiceError as error:
        raise InputError([Fault(path.name, "valid JSON (a key is given twice)", column=str(error))]) from None
    except json.JSONDecodeError as error:
        raise InputError([Fault(path.name, f"valid JSON ({error.msg})", row=error.lineno)]) from None
    except UnusualError:
        raise InputError([Fault(path.name, "JSON with numbers and nesting of a usual size")]) from None
    if not isinstance(data, dict):
        raise InputError([Fault(path.name, "a JSON object with the keys of an instance")])
    return build(kind, data, Origins(path.name))


def _from_workbook(kind: type[AnyInstance], path: Path) -> AnyInstance:
    from instances import workbook  # openpyxl takes longer to import than an instance in TOML takes to read

    tables, faults = workbook.read_sheets(read_bytes(path), path.name)
    parts = Parts({}, f"{path.name}, sheet {workbook.SETTINGS}")
    parts.faults += faults
    if PRACTICES.name not in tables:
        parts.give_up([] if faults else [Fault(path.name, "a sheet practices")])
    for layout in workbook.SHEETS_BEFORE_SETTINGS:
        if layout.name in tables:
            parts.add(tables[layout.name], layout)
    if workbook.SETTINGS in tables:
        rows, faults = workbook.settings_of(tables[workbook.SETTINGS], parts.data)
        parts.origins.setting_rows = rows
        parts.faults += faults
    if TRAVEL.name in tables:
        parts.add(tables[TRAVEL.name], TRAVEL)
    return parts.build(kind)
