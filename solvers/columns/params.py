"""Parameters of the backend `columns`."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.search.params import SearchParams


@dataclass(frozen=True)
class ColumnsParams:
    """How a plan is proven."""

    search: SearchParams = field(default_factory=SearchParams)  # for a first plan
