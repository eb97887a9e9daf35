"""From raw values to an `Instance`, or to every fault in them with its place in the user's files.

The readers and `settings.py` end here: they know which file, row and column each value came from and hand that over
as `Origins`; the schema says what is wrong, this module says where and in which words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from instances.errors import Fault, InputError, shortened
from instances.inconsistency import Path
from instances.schema import AnyInstance
from instances.sheet_errors import SHOWN
from instances.tables import COLUMN_TABLES, PREFIXES
from instances.wording import did_you_mean, expected_at, keys_at, known_part, node_at

_MOST_ERRORS = 5_000  # that are put in words: a file with more is of another kind than it should be
_CONSISTENCY = ("reference", "order", "place")


@dataclass(frozen=True)
class TableOrigin:
    """The table that records came from, and the row of each as a spreadsheet counts or a frame calls it."""

    file: str
    rows: Sequence[int | str]
    columns: Mapping[str, str] = field(default_factory=dict)  # field -> column, where the names differ


@dataclass
class Origins:
    """Where the values of an instance came from; without a table of their own, records are in the settings file."""

    settings: str
    tables: dict[Path, TableOrigin] = field(default_factory=dict)
    setting_rows: Mapping[Path, int | str] = field(default_factory=dict)  # for settings that are rows of a sheet

    def fault(self, path: Path, data: Any, *, value: Any, expected: str) -> Fault:
        """A fault at `path` of `data`, where a user will find it."""
        shown = None if value is None else _shown(value)
        for base, table in self.tables.items():
            if path[: len(base)] == base:
                row, column = _cell(table, path[len(base) :])
                return Fault(table.file, expected, row=row, column=column, value=shown)
        depths = range(len(path), 0, -1)
        row = next((self.setting_rows[path[:depth]] for depth in depths if path[:depth] in self.setting_rows), None)
        return Fault(self.settings, expected, row=row, column=dotted(path, data) or None, value=shown)


def _cell(table: TableOrigin, path: Path) -> tuple[int | str | None, str | None]:
    """Row and column of (record, field, ...), or of (field, record) where the table is kept by column."""
    if path and isinstance(path[0], str):
        path = (*path[1:2], path[0])
    if not path:
        return None, None
    row = table.rows[path[0]] if isinstance(path[0], int) else None
    names = [str(step) for step in path[1:3]] if len(path) > 1 else [str(path[0])]
    if names[0] in PREFIXES and len(names) > 1:
        return row, PREFIXES[names[0]] + names[1]
    return row, None if names[0].isdigit() else table.columns.get(names[0], names[0])


def dotted(path: Path, data: Any) -> str:
    """A setting's key as users write it: `care_model.MCP.max_km`, `policy.keep_apart[0]`."""
    key = ""
    for step in path:
        data = _inner(data, step)
        record_id = _inner(data, "id") if isinstance(step, int) else None
        if isinstance(step, int) and not (isinstance(record_id, str) and record_id):
            key += f"[{step}]"
        else:
            key += f".{record_id if isinstance(step, int) else step}"
    return key.removeprefix(".")


def _inner(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(step, int):
        return data[step] if isinstance(data, list | tuple) and step < len(data) else None
    return getattr(data, step, None)


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text.removesuffix(".0") if isinstance(value, float) else text
    return shortened(text)


def build(
    kind: type[AnyInstance],
    data: dict[str, Any],
    origins: Origins,
    faults: Iterable[Fault] = (),
    *,
    complete: bool = True,
) -> AnyInstance:
    """The instance that `data` describes; raises `InputError` with `faults` and all that is wrong in `data`.

    `complete` = no table is missing: only then can references be judged while something else is wrong.
    """
    found = list(faults)
    blamed = {_cell_of(fault) for fault in found} - {None}
    try:
        instance = kind.model_validate(data)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        shape = _shape_only(errors)
        judged = errors if complete else shape
        if complete and 0 < len(shape) <= _MOST_ERRORS:
            judged = [*errors, *_hidden_by(kind, shape, data)]
        told = _faults(judged[:_MOST_ERRORS], data, origins)
        found += [fault for fault in told if _cell_of(fault) not in blamed]
        found = found or _faults(errors[:_MOST_ERRORS], data, origins)
        if len(judged) > _MOST_ERRORS:
            rest = f"{len(judged) - _MOST_ERRORS:,} more faults are not listed"
            found.append(Fault(origins.settings, f"other values in many places; {rest}"))
    if found:
        raise InputError(_in_reading_order(found, first=origins.settings))
    return instance


def _cell_of(fault: Fault) -> tuple[str, int | str, str] | None:
    """The cell of a table that a fault is about."""
    return None if fault.row is None or fault.column is None else (fault.file, fault.row, fault.column)


def _shape_only(errors: Iterable[ErrorDetails]) -> list[ErrorDetails]:
    return [error for error in errors if error["type"] not in _CONSISTENCY]


def _in_reading_order(faults: Iterable[Fault], *, first: str) -> list[Fault]:
    faults = list(dict.fromkeys(faults))
    files = dict.fromkeys([first, *(fault.file for fault in faults)])
    order = {file: number for number, file in enumerate(files)}
    return sorted(faults, key=lambda fault: (order[fault.file], fault.row if isinstance(fault.row, int) else 0))


def _faults(errors: Iterable[ErrorDetails], data: dict[str, Any], origins: Origins) -> list[Fault]:
    found: dict[Path, Fault] = {}
    for error in errors:
        path, value, expected = _explained(error, in_table=known_part(error["loc"])[:1] in origins.tables)
        key = path if error["type"] not in _CONSISTENCY else (*path, expected)
        found.setdefault(key, origins.fault(path, data, value=value, expected=expected))
    return list(found.values())


def _explained(error: ErrorDetails, *, in_table: bool) -> tuple[Path, Any, str]:
    """Place, value and what was expected, in plain words."""
    kind, loc, value = error["type"], error["loc"], error["input"]
    if kind in _CONSISTENCY:
        return loc, value, error["ctx"]["expected"]
    if kind == "preset":
        return loc, value, error["ctx"]["expected"] + did_you_mean(value, error["ctx"]["known"])
    if kind == "extra_forbidden":
        return loc, None, "not a known name" + did_you_mean(str(loc[-1]), keys_at(loc[:-1]))
    path = known_part(loc)
    if kind == "missing":
        return (path, "", expected_at(path)) if in_table else (path, None, f"missing; {expected_at(path)}")
    if kind == "spreadsheet_error":
        return path, value, SHOWN
    if loc == ("schema_version",):
        return path, value, "1, the only version of instance files that this caregroup reads"
    if kind == "value_error" and path in {layout.path for layout in COLUMN_TABLES}:
        return path, None, "columns of one length"
    return (
        path,
        "none" if value is None else value,
        expected_at(path) + _limit(error, expected_at(path)) + _hint(value, path),
    )


def _limit(error: ErrorDetails, expected: str) -> str:
    """The end of the range that a value is beyond, where what is expected does not tell it."""
    if error["type"] == "less_than_equal" and " to " not in expected:
        return f"; at most {error['ctx']['le']:,.15g}"
    if error["type"] == "greater_than_equal" and not any(word in expected for word in (" to ", " or more", " above ")):
        return f"; at least {error['ctx']['ge']:,.15g}"
    return ""


def _hint(value: Any, path: Path) -> str:
    """How a number with signs between its thousands, or with a decimal comma, is written plainly."""
    if not isinstance(value, str):
        return ""
    node, text = node_at(path) or {}, value.strip()
    whole = next((plain for sign, point in _GROUPS if (plain := _without_groups(text, sign, point, node))), None)
    decimal = text.replace(",", ".") if re.fullmatch(r"-?\d+,\d+", text, re.ASCII) else ""
    decimal = decimal if node.get("type") == "number" and _is_within(decimal, node) else ""
    if whole and decimal:
        return f"; write {whole}, or {decimal} if the comma is a decimal one"
    return f"; write {whole}" if whole else f"; write {decimal}, as the comma is a decimal one" if decimal else ""


_GROUPS = (
    (",", "."),
    (".", ","),
    (" ", "."),
    ("\N{NO-BREAK SPACE}", "."),
    ("\N{NARROW NO-BREAK SPACE}", "."),
    ("'", "."),
)


def _without_groups(text: str, sign: str, point: str, node: dict[str, Any]) -> str:
    """The number that groups of three digits with `sign` between them make; empty where it cannot be meant."""
    if not re.fullmatch(rf"-?\d{{1,3}}({re.escape(sign)}\d{{3}})+({re.escape(point)}\d+)?", text, re.ASCII):
        return ""
    plain = text.replace(sign, "").replace(point, ".")
    return plain if _is_within(plain, node) else ""


def _is_within(number: str, node: dict[str, Any]) -> bool:
    return bool(number) and node.get("minimum", -math.inf) <= float(number) <= node.get("maximum", math.inf)


def _hidden_by(kind: type[AnyInstance], shape: list[ErrorDetails], data: dict[str, Any]) -> list[ErrorDetails]:
    """Inconsistencies that the schema did not get to because of `shape` errors, found with those values mended."""
    paths = [known_part(error["loc"]) for error in shape]
    mended = _mended(data, shape, paths)
    if mended is None:
        return []
    try:
        kind.model_validate(mended)
    except ValidationError as invalid:
        hidden = invalid.errors(include_url=False)
    else:
        return []
    wrong_ids = {str(error["input"]).strip() for error, path in zip(shape, paths, strict=True) if path[-1:] == ("id",)}
    records = {_record(path) for path in paths}
    nameless = {_record(path) for path in paths if path[-1:] == ("id",)}
    return [
        error
        for error in hidden
        if error["type"] in _CONSISTENCY
        and not (error["type"] != "reference" and _record(error["loc"]) in records)
        and error["loc"] not in paths
        and str(error["input"]) not in wrong_ids
        and _record(error["loc"]) not in nameless
    ]


def _record(path: Path) -> Path:
    return path[:2] if path[:1] and _are_records(path[0]) else path[:1]


def _are_records(field: str | int) -> bool:
    """Whether a field of an instance is a list of records."""
    return (node_at((field,)) or {}).get("type") == "array"


_STAND_INS: dict[str, Any] = {
    "patients": 0, "kind": "other", "lead": "hub", "delegated": False, "tier": "hubs",
    "latitude": 0.0, "longitude": 0.0, "x_km": 0.0, "y_km": 0.0,
    "km": 0.0, "minutes": 0.0, "cost": 0.0, "per_patient": 0.0,
}  # fmt: skip


def _mended(data: dict[str, Any], shape: list[ErrorDetails], paths: list[Path]) -> dict[str, Any] | None:
    """`data` with each wrong value left out or replaced by a harmless one; None where there is no saying what it is."""
    mended = {key: _copied(value) for key, value in data.items()}
    for number, (error, path) in enumerate(zip(shape, paths, strict=True)):
        record = _record(path)
        if error["type"] == "extra_forbidden":
            _inner_dict(mended, error["loc"][:-1]).pop(str(error["loc"][-1]), None)
        elif base := next((layout.path for layout in COLUMN_TABLES if path[: len(layout.path)] == layout.path), None):
            if len(path) < len(base) + 2:
                return None
            field, row = path[len(base) :][:2]
            _inner_dict(mended, base)[str(field)][row] = _stand_in(str(field), number)
        elif len(path) > len(record):
            _mend_field(_inner_dict(mended, record), path[len(record) :], number)
        elif record and not _are_records(record[0]):
            mended.pop(str(record[0]), None)
        else:
            return None
    return mended


def _mend_field(record: dict[str, Any], path: Path, number: int) -> None:
    name = str(path[0])
    stand_in = _stand_in(name, number)
    if name in PREFIXES and len(path) > 1:
        record[name] = {**record[name], path[1]: "somewhere" if name in ("areas", "zones") else 0.0}
    elif stand_in is None:
        record.pop(name, None)
    else:
        record[name] = stand_in


def _stand_in(name: str, number: int) -> Any:
    """A valid value for a field that cannot be left out."""
    if name in ("id", "practice", "care_model", "origin", "destination", "area", "place"):
        return f"\N{REPLACEMENT CHARACTER}{number}"
    return _STAND_INS.get(name)


def _copied(value: Any) -> Any:
    """Lists and dicts anew, all the way down."""
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _inner_dict(data: dict[str, Any], path: Path) -> dict[str, Any]:
    inner: Any = data
    for step in path:
        inner = _inner(inner, step)
    return inner if isinstance(inner, dict) else {}
