"""An instance: what the schema holds, consistent, as one immutable object that is read, written and varied.

First stop on the way from a file to a plan: `read.py` turns files into an `Instance`, `optimizer.model` turns an
`Instance` into arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from instances.consistency import inconsistencies
from instances.errors import Fault, InputError
from instances.frames import frames_of, from_frames
from instances.read import read_instance
from instances.schema import InstanceData
from instances.settings import apply_settings
from instances.write import write_instance

if TYPE_CHECKING:
    import pandas as pd


class Instance(InstanceData):
    """Everything a plan depends on. Immutable; `sha256` identifies its content."""

    if not TYPE_CHECKING:  # for type checkers the fields are the parameters

        def __init__(self, **fields: Any) -> None:
            """The fields by name; raises pydantic's `ValidationError`, and `InputError` for DataFrames."""
            advice = "records; DataFrames make an instance by Instance.from_frames(practices, hospitals, ...)"
            if frames := [name for name, value in fields.items() if hasattr(value, "iloc")]:
                raise InputError([Fault(name, advice, value="DataFrame") for name in frames])
            super().__init__(**fields)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = [
            InitErrorDetails(
                type=PydanticCustomError(wrong.kind, "{expected}", {"expected": wrong.expected}),
                loc=wrong.path,
                input=wrong.value,
            )
            for wrong in inconsistencies(self)
        ]
        if found:
            raise ValidationError.from_exception_data("Instance", found)
        return self

    def __repr__(self) -> str:
        return f"<instance {self.name}: {len(self.practices)} practices, {len(self.hospitals)} hospitals>"

    __str__ = __repr__

    @classmethod
    def read(cls, path: str | Path, *, tables_anywhere: bool = False) -> Self:
        """Read .toml (with its CSV tables), .json or .xlsx; raise `InputError` listing every fault.

        Tables that a .toml names lie beside or below it, so that an instance of somebody else's reads no other files;
        `tables_anywhere` lets them lie elsewhere. Warns (`InputWarning`) of rows of a workbook that are hidden.
        """
        return read_instance(cls, Path(path), tables_anywhere=tables_anywhere)

    @classmethod
    def from_frames(
        cls,
        practices: pd.DataFrame,
        hospitals: pd.DataFrame | None = None,
        *,
        neighbours: pd.DataFrame | None = None,
        travel: pd.DataFrame | Mapping[str, Any] | None = None,
        **rules: Any,
    ) -> Self:
        """An instance of pandas DataFrames that have the columns of its CSV files; what is missing (NaN) is empty.

        `travel` is the table of measured travel, or the section of that name ({"circuity": 1.2}). `rules` are the other
        sections and tables: hub={"max_km": 10}, care_model=[{"id": "MCP", "lead": "hub"}], name="Kent"; homes, places,
        misfit, commissioners, care_models, roles and settings may be frames, as in `frames()`. Raises `InputError`
        listing every fault by frame, row label and column.
        """
        tables = {"practices": practices, "hospitals": hospitals, "neighbours": neighbours, "travel": travel}
        return from_frames(cls, {**tables, **rules})

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables as DataFrames by name, settings among them: `Instance.from_frames(**frames)` is this instance."""
        return frames_of(self)

    def write(self, path: str | Path) -> None:
        """Write as the suffix says: .toml (tables beside it), .json or .xlsx."""
        write_instance(self, Path(path))

    def with_settings(self, settings: dict[str, Any] | Iterable[str]) -> Self:
        """A copy with dotted settings changed: {"hub.min": 25000} or ["hub.min=25000", "care_model.MCP.max_km=20"]."""
        return apply_settings(self, settings)
