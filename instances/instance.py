"""An instance: what the schema holds, consistent, as one immutable object that is read, written and varied.

First stop on the way from a file to a plan: `read.py` turns files into an `Instance`, `optimizer.model` turns an
`Instance` into arrays.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from instances.consistency import inconsistencies
from instances.read import read_instance
from instances.schema import InstanceData
from instances.settings import apply_settings
from instances.write import write_instance


class Instance(InstanceData):
    """Everything a plan depends on. Immutable; `sha256` identifies its content."""

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

    @classmethod
    def read(cls, path: str | Path, *, tables_anywhere: bool = False) -> Self:
        """Read .toml (with its CSV tables), .json or .xlsx; raise `InputError` listing every fault.

        Tables that a .toml names lie beside or below it, so that an instance of somebody else's reads no other files;
        `tables_anywhere` lets them lie elsewhere. Warns (`InputWarning`) of rows of a workbook that are hidden.
        """
        return read_instance(cls, Path(path), tables_anywhere=tables_anywhere)

    def write(self, path: str | Path) -> None:
        """Write as the suffix says: .toml (tables beside it), .json or .xlsx."""
        write_instance(self, Path(path))

    def with_settings(self, settings: dict[str, Any] | Iterable[str]) -> Self:
        """A copy with dotted settings changed: {"hub.min": 25000} or ["hub.min=25000", "care_model.MCP.max_km=20"]."""
        return apply_settings(self, settings)
