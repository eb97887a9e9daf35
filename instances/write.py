"""An `Instance` to files that read back equal: TOML with CSV tables beside it, JSON, or an XLSX workbook.

Only what the instance states is written: defaults stay defaults, and `assumptions` stays able to tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit

from instances.errors import Fault, InputError
from instances.files import write_together
from instances.schema import InstanceData
from instances.tables import (
    NONE,
    TABLES,
    TRAVEL,
    Layout,
    as_csv,
    column_rows,
    given,
    kept_by_column,
    rows_of,
)

_TABLES = {layout.name for layout in TABLES if layout is not TRAVEL}
_USUAL_STEM = "instance"


def write_instance(instance: InstanceData, path: Path) -> None:
    """Write as the suffix says; an existing file is replaced whole, and only once everything is written."""
    path = Path(path)
    match path.suffix.lower():
        case ".toml":
            contents = _toml_files(instance, path)
        case ".json":
            contents = {path: _json_text(instance).encode()}
        case ".xlsx":
            from instances.workbook import workbook_bytes  # openpyxl is slow to import

            contents = {path: workbook_bytes(instance, stated_settings(instance), path.name)}
        case _:
            raise InputError([Fault(path.name, "a file name that ends in .toml, .json or .xlsx")])
    write_together(contents)


def stated_settings(instance: InstanceData) -> dict[str, Any]:
    """Every setting that the instance states, tables left out; `none` for those stated to be without a value."""
    exclude: dict[str, Any] = {**dict.fromkeys(_TABLES, True), "travel": {"table"}}
    stated: dict[str, Any] = _worded(instance.model_dump(mode="json", exclude_unset=True, exclude=exclude))
    return {"schema_version": instance.schema_version, **stated}


def _worded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _worded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_worded(inner) for inner in value]
    return NONE if value is None else value


def _json_text(instance: InstanceData) -> str:
    versioned = instance.model_copy(update={"schema_version": instance.schema_version})  # stated, whoever made it
    return versioned.model_dump_json(exclude_unset=True, indent=1)


def _toml_files(instance: InstanceData, path: Path) -> dict[Path, bytes]:
    """The tables first and the TOML, which names them, last."""
    tables = {layout: rows_of(items, layout) for layout, items in given(instance).items()}
    tables |= {layout: column_rows(table, layout) for layout, table in kept_by_column(instance).items()}
    names = {layout: table_name(path, layout) for layout in tables}
    contents = {path.with_name(names[layout]): as_csv(*table).encode() for layout, table in tables.items()}
    for layout in TABLES:
        if layout not in tables and path.with_name(f"{layout.name}.csv").exists():
            names[layout] = ""  # another instance's table lies there
    return {**contents, path: _toml_text(stated_settings(instance), names).encode()}


def table_name(path: Path, layout: Layout) -> str:
    """`practices.csv` beside instance.toml, `north_practices.csv` beside north.toml: variants may share a folder."""
    return f"{layout.name}.csv" if path.stem == _USUAL_STEM else f"{path.stem}_{layout.name}.csv"


def _toml_text(settings: dict[str, Any], names: dict[Layout, str]) -> str:
    travel = settings.pop("travel", {})
    if TRAVEL in names:
        travel["table"] = names[TRAVEL]
    files = {layout.name: name for layout, name in names.items() if layout is not TRAVEL}
    plain = {key: value for key, value in settings.items() if not _is_table(value)}
    sections = {key: value for key, value in settings.items() if _is_table(value)}
    return tomlkit.dumps({**plain, **files, **({"travel": travel} if travel else {}), **sections})


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, Sequence) and not isinstance(value, str))
