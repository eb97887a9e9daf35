"""A travel table beside an instance, which names it; or in a file of its own."""

from __future__ import annotations

from pathlib import Path

import tomlkit

from instances.errors import Fault, InputError
from instances.files import read_text, write_together
from instances.instance import Instance
from instances.read import DEFAULT_FILE
from instances.rows import TravelTable
from instances.tables import TRAVEL, as_csv, column_rows
from instances.write import table_name


def write_table(table: TravelTable, file: Path) -> None:
    """As CSV, whole or not at all. Raises `InputError` for another kind of file."""
    refuse_other_files(file)
    write_together({file: _csv(table)})


def refuse_other_files(file: Path) -> None:
    """Raise `InputError` unless the name is that of a table."""
    if file.suffix.lower() != ".csv":
        raise InputError([Fault(str(file), "a file name that ends in .csv")])


def name_in_instance(table: TravelTable, instance: Instance, path: Path) -> Path:
    """Put the table beside the instance at `path`, in place of one that it has; the file that holds it.

    A .toml keeps all else that is in it; .json and .xlsx are written anew. Raises `InputError` where costs of a table,
    which nobody measures, would be lost.
    """
    path = path / DEFAULT_FILE if path.is_dir() else path
    refuse_costs(instance, path)
    if path.suffix.lower() != ".toml":
        travel = instance.travel.model_copy(update={"table": table})
        travel.__pydantic_fields_set__.add("table")
        changed = instance.model_copy(update={"travel": travel})
        changed.__pydantic_fields_set__.add("travel")
        changed.write(path)
        return path
    text = tomlkit.parse(read_text(path))
    section = text.setdefault("travel", tomlkit.table())
    name = str(section.get("table") or table_name(path, TRAVEL))
    section["table"] = name
    file = path.parent / name
    write_together({file: _csv(table), path: tomlkit.dumps(text).encode()})
    return file


def refuse_costs(instance: Instance, path: Path) -> None:
    """Raise `InputError` if the instance has a travel table with costs."""
    there = instance.travel.table
    if there is not None and there.cost is not None:
        expected = "--out FILE: its travel table has a column cost, which the new one would be without"
        raise InputError([Fault(path.name, expected, column="travel.table")])


def _csv(table: TravelTable) -> bytes:
    return as_csv(*column_rows(table, TRAVEL)).encode()
