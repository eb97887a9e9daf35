"""Rows from a Parquet file: the table `runs` of an earlier report, which has all of a run but trajectory and plan."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from benchmarks.row import Row
from benchmarks.store import row_faults
from instances import Fault, InputError
from instances.files import read_bytes

NESTED = ("options", "versions", "machine")  # JSON in a cell
NOT_THERE = {"kind": "run", "trajectory": ()}  # of what a report's table leaves out


def parquet_rows(file: Path) -> list[Row]:
    """Every run of a report's runs.parquet; raise `InputError` for what is no row."""
    try:
        table = pd.read_parquet(io.BytesIO(read_bytes(file, name=str(file))))
    except (ValueError, OSError) as error:  # pyarrow's are of these
        raise InputError([Fault(str(file), f"a Parquet file ({error})")]) from None
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, cells in enumerate(table.to_dict("records"), start=1):
        try:
            rows.append(Row.model_validate({**NOT_THERE, **_fields(cells)}))
        except (ValidationError, json.JSONDecodeError) as error:
            faults += _faults(str(file), number, error)
    if faults:
        raise InputError(faults)
    return rows


def _fields(cells: Mapping[Any, Any]) -> dict[str, Any]:
    """What `Row` knows of; a missing number or text is None."""
    fields = {name: value for name, value in cells.items() if name in Row.model_fields}
    nested = {name: json.loads(fields[name]) for name in NESTED if isinstance(fields.get(name), str)}
    return {**{name: None if pd.isna(value) else value for name, value in fields.items()}, **nested}


def _faults(file: str, number: int, error: ValidationError | json.JSONDecodeError) -> list[Fault]:
    if isinstance(error, ValidationError):
        return row_faults(file, number, error)
    return [Fault(file, f"JSON text in {', '.join(NESTED)} ({error.msg})", row=number)]
