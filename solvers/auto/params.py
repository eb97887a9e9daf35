"""Parameters of the backend `auto`."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.columns.params import ColumnsParams
from solvers.search.params import SearchParams


@dataclass(frozen=True)
class AloneParams:
    """How long the search is alone before the proof begins."""

    share: float = 0.1  # of the time ...
    most_s: float = 10.0  # ... and at most ...
    most_s_each: float = 0.01  # ... and for each practice, at most
    one_thread_share: float = 0.3  # the same where one thread does both in turn ...
    large: int = 200  # ... and there are so many practices; in proportion where there are fewer
    after_tree: float = 0.5  # of the time that one thread has left: HiGHS on what the tree leaves open; then the search


@dataclass(frozen=True)
class AutoParams:
    """How the search and the proof are run, and how they share threads and time."""

    search: SearchParams = field(default_factory=SearchParams)
    columns: ColumnsParams = field(default_factory=ColumnsParams)
    alone: AloneParams = field(default_factory=AloneParams)
    # practices from which a problem with networks is planned region by region, with one bound over all (`regions`)
    country: int = 1_000
    small: int = 20  # practices up to which HiGHS proves the compact model at once
    # pairs of practice and site without networks up to which HiGHS follows the search on the compact model: it proves
    # p27 of Delmaire et al. in 18 s, where branch and price beside a search is left with a gap of 1 % after 40 s
    # (both on one busy core)
    compact_pairs: int = 3_000
    part_sites: int = 30  # the cheapest of a practice, beside its present one, where a part of a plan is dealt out anew


DEFAULT = AutoParams()
