"""Parameters of the backend `auto`."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.columns.params import ColumnsParams
from solvers.search.params import SearchParams


@dataclass(frozen=True)
class AutoParams:
    """How the search and the proof are run, and how they share threads and time."""

    search: SearchParams = field(default_factory=SearchParams)
    columns: ColumnsParams = field(default_factory=ColumnsParams)
