"""How something that does not hold between the parts of an instance is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Inconsistency:
    """Something that does not hold; `path` leads to the value as in Instance.model_dump()."""

    path: Path
    value: Any
    expected: str
    kind: Literal["reference", "order", "place"] = "reference"
