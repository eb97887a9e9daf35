"""Tables of an instance as pandas DataFrames, held to the same rules as its files.

A frame becomes the same `Table` as a CSV file; its row labels stand in messages where a file has row numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from instances.errors import Fault
from instances.read import Parts
from instances.schema import AnyInstance, InstanceData
from instances.tables import (
    PRACTICES,
    SECTION_TABLES,
    TABLES,
    TRAVEL,
    Cell,
    Table,
    column_rows,
    given,
    given_sections,
    kept_by_column,
    rows_of,
    tabulated,
)
from instances.wording import did_you_mean
from instances.write import stated_settings

if TYPE_CHECKING:
    import pandas as pd

_SETTINGS = "settings"
_LAYOUTS = {layout.name: layout for layout in (*TABLES, *SECTION_TABLES)}
_BY_FIELD = {str(layout.path[0]): layout for layout in SECTION_TABLES}  # care_model=frame is understood as well


def from_frames(kind: type[AnyInstance], parts: Mapping[str, Any]) -> AnyInstance:
    """The instance of frames by name (those of `frames_of`), with rules nested as in an instance file."""
    import pandas as pd

    travel = parts.get(TRAVEL.name)
    if isinstance(travel, Mapping) and isinstance(travel.get("table"), pd.DataFrame):
        parts = {**parts, TRAVEL.name: travel["table"]}
        section = {key: value for key, value in travel.items() if key != "table"}
    else:
        section = {}
    frames = {name: value for name, value in parts.items() if isinstance(value, pd.DataFrame)}
    rules = {k: v for k, v in parts.items() if k not in frames and (v is not None or k == PRACTICES.name)}
    read = Parts({}, _SETTINGS if _SETTINGS in frames else "rules")
    for name, frame in frames.items():
        if name != _SETTINGS:
            _add(read, name, frame)
    if _SETTINGS in frames:
        _add_settings(read, frames[_SETTINGS])
    for name, value in [*rules.items(), *([(TRAVEL.name, section)] if section else [])]:
        _add_rule(read, name, _plain(value))
    return read.build(kind)


def _add(read: Parts, name: str, frame: pd.DataFrame) -> None:
    layout = _LAYOUTS.get(name) or _BY_FIELD.get(name)
    if layout is None:
        hint = did_you_mean(name, [*_LAYOUTS, _SETTINGS])
        read.give_up([Fault(name, f"no table of an instance has this name{hint}")])
        return
    labels = _labels(frame)
    table, faults = _table(frame, name, layout.required)
    if table is None:
        read.give_up(_labelled(faults, labels))
        return
    before = len(read.faults)
    read.faults += faults
    read.add(table, layout)
    read.faults[before:] = _labelled(read.faults[before:], labels)
    origin = read.origins.tables[layout.path]
    read.origins.tables[layout.path] = replace(origin, rows=[labels[number - 2] for number in table.numbers])


def _add_settings(read: Parts, frame: pd.DataFrame) -> None:
    from instances.workbook import settings_of  # openpyxl takes longer to import than all else here

    table, faults = _table(frame, _SETTINGS, ("key", "value"))
    labels = _labels(frame)
    if table is not None:
        rows, found = settings_of(table, read.data)
        faults += found
        read.origins.setting_rows = {path: labels[row - 2] for path, row in rows.items()}
    read.faults += _labelled(faults, labels)


def _add_rule(read: Parts, name: str, value: Any) -> None:
    """A section goes over what a frame of settings says; a table has to be a frame."""
    layout = _LAYOUTS.get(name)
    if layout is not None and layout is not TRAVEL:
        read.give_up([Fault(name, "a pandas DataFrame", value=type(value).__name__)])
        return
    known = read.data.get(name)
    if isinstance(known, dict) and isinstance(value, dict):
        known.update(value)
    elif name in read.data:
        read.faults.append(Fault(read.origins.settings, "once only: a frame has it as well", column=name))
    else:
        read.data[name] = value


def _table(frame: pd.DataFrame, name: str, needed: Sequence[str]) -> tuple[Table | None, list[Fault]]:
    """The frame as a table; what it lacks of the columns needed may be its index."""
    if set(frame.index.names) & set(needed) - set(frame.columns):
        frame = frame.reset_index()
    columns = [_cells(frame.iloc[:, k]) for k in range(frame.shape[1])]
    header = ["" if column is None else str(column) for column in frame.columns]
    return tabulated([header, *map(list, zip(*columns, strict=True))], name)


def _labelled(faults: Sequence[Fault], labels: Sequence[int | str]) -> list[Fault]:
    """Faults of a table with labels for rows, where the header, row 1, has none."""
    rows = [fault.row if isinstance(fault.row, int) else 1 for fault in faults]
    return [replace(fault, row=labels[row - 2] if row > 1 else None) for fault, row in zip(faults, rows, strict=True)]


def _labels(frame: pd.DataFrame) -> list[int | str]:
    """What rows are called in messages; with their position where a label comes again."""
    labels: list[int | str] = [_item(label) if _is_whole(label) else str(label) for label in frame.index]
    if frame.index.is_unique:
        return labels
    return [f"{label} (at position {k})" for k, label in enumerate(labels)]


def _is_whole(label: Any) -> bool:
    return isinstance(_item(label), int) and not isinstance(_item(label), bool)


def _cells(column: pd.Series[Any]) -> list[Cell]:
    """Plain values; None for whatever pandas takes as missing; lists of ids with `;` between them, as in a file."""
    missing = column.isna().tolist()
    return [None if gone else _cell(value) for value, gone in zip(column.tolist(), missing, strict=True)]


def _cell(value: Any) -> Cell:
    value = _item(value)
    return ";".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value


def _item(value: Any) -> Any:
    """Numpy's scalars and arrays as Python's own."""
    return value.tolist() if type(value).__module__ == "numpy" else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else _item(value)


def frames_of(instance: InstanceData) -> dict[str, pd.DataFrame]:
    """The tables that there is something to say in, named as the sheets of a workbook are; practices always."""
    from instances.workbook import setting_rows

    tables = {layout.name: rows_of(items, layout) for layout, items in given(instance).items()}
    tables |= {layout.name: column_rows(table, layout) for layout, table in kept_by_column(instance).items()}
    for layout, items in given_sections(instance).items():
        if items:
            tables[layout.name] = rows_of(items, layout)
    found = {name: _frame(*table) for name, table in tables.items()}
    settings = setting_rows(stated_settings(instance))
    return {**found, _SETTINGS: _frame(["key", "value"], settings, dtype=object)}


def _frame(header: Sequence[str], rows: Iterable[Sequence[Cell]], dtype: Any = None) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame([list(row) for row in rows], columns=list(header), dtype=dtype)
