"""Parameters of the backend `regions`, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.auto.params import AutoParams
from solvers.columns.params import ColumnsParams


@dataclass(frozen=True)
class FirstParams:
    """A first plan, region by region."""

    practices: int = 400  # of a region
    proposals_each: int = 4_000  # of annealing, for each practice: 0.6 s of a core for 400
    attempts: int = 3  # while there is no plan ...
    severity: float = 10.0  # ... then one that breaks rules, at so many times their prices
    most_s: float = 40.0  # of one region
    share: float = 0.25  # of the time limit, for all of them
    mend_s: float = 60.0  # on the whole, where regions together break a rule


@dataclass(frozen=True)
class ClimbParams:
    """Windows whose prices are raised."""

    practices: int = 500  # of a window: the more, the fewer seams; a few seconds of one core
    linked: int = 700  # of one that has clusters of leads: leads reach far
    near_sites: int = 40  # of a practice, where hubs with it are priced
    clusters: int = 40  # of a care model in a window
    sweeps: int = 3  # without clusters, with other seams each
    settled: float = 2e-4  # of the bound: what a window can still gain when it is left
    linked_settled: float = 5e-4
    most_s: float = 40.0  # of a window ...
    linked_most_s: float = 90.0  # ... and of one with clusters
    worth: float = 2e-4  # of the bound: a sweep that gains less is the last of its kind


@dataclass(frozen=True)
class PartsParams:
    """Parts of the plan, whole networks, planned anew."""

    practices: int = 120  # three or four networks: an area of so many is within half a per cent after a minute
    least_s: float = 8.0  # of one part
    most_s: float = 120.0
    share: float = 0.3  # of all seconds of all workers, for one sweep over the country
    longer: float = 1.5  # each sweep over the one before


@dataclass(frozen=True)
class RegionsParams:
    """How a country is planned."""

    first: FirstParams = field(default_factory=FirstParams)
    climb: ClimbParams = field(default_factory=ClimbParams)
    parts: PartsParams = field(default_factory=PartsParams)
    columns: ColumnsParams = field(default_factory=ColumnsParams)
    auto: AutoParams = field(default_factory=AutoParams)
    seams: tuple[float, ...] = (0.5, 0.4, 0.6, 0.45, 0.55, 0.35)  # shares at which regions are cut, sweep by sweep


DEFAULT = RegionsParams()
