"""Parameters of the backend `regions`, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.auto.params import AutoParams


@dataclass(frozen=True)
class FirstParams:
    """A first plan, region by region."""

    # of a region: 28 areas of England cost 665.9 million in regions of 1,000 after 16 s, 681.9 in regions of 250 after
    # 10 s, each region by itself
    practices: int = 1_200
    proposals_each: int = 3_000  # of annealing, for each practice
    attempts: int = 3  # while there is no plan ...
    severity: float = 10.0  # ... then one that breaks rules, at so many times their prices
    most_s: float = 40.0  # of one region
    share: float = 0.25  # of the time limit, for all of them
    mend_s: float = 60.0  # on the whole, where regions together break a rule ...
    mend_each: int = 1_000  # ... with so many proposals for each practice


@dataclass(frozen=True)
class Climbing:
    """How far the prices of a window are raised, relative to its bound."""

    settled: float  # what it can still gain when it is left
    cuts: float = 0.0  # what cuts take for its gap: rounds of them go on while they gain enough of it; 0 = no cuts
    # of a completion table: many sites have hardly better hubs than those known, and coarse tables tell. Of a window of
    # 1,859 practices all sites are priced in 0.61 s with 500 cells, in 0.30 s with 80, in 0.27 s with 40
    cells: int = 80
    # of the way to a master's prices: a window is large, and what one place of it loses there hides what others gain.
    # Three windows of 28 areas gained 1.54 million in 15 s so, 1.04 in 37 s at the master's own prices and 0.6
    towards: float = 0.8
    narrower: float = 0.8  # the box after a step that raised nothing


@dataclass(frozen=True)
class ClimbParams:
    """Windows whose prices are raised: sweeps over the country, with other seams each."""

    practices: int = 500  # of a window: the more, the fewer seams; a few seconds of one core
    near_sites: int = 40  # of a practice, where hubs with it are priced
    sweeps: int = 3  # with networks paid for by the patient
    by_the_patient: Climbing = Climbing(2e-4)
    most_s: float = 40.0  # of one window of these
    linked: int = 500  # practices of a window with leads told apart; far sites that can join them make it large
    # between two leads of one cluster, and then, where there is time, of smaller ones. The bound of 28 areas of England
    # after two sweeps: 638.0 million with 728 clusters of leads within 8 km, 636.3 with 573 of as many leads each; each
    # lead by itself, 1,436 clusters, takes 350 s for a sweep instead of 104 s (in windows of 700). Kent alone, with
    # cuts: 36.733 million after 11 s with 8 km, 36.795 after 26 s with 3 km, 36.797 after 28 s with 0.5 km
    lead_km: tuple[float, ...] = (8.0, 3.0)
    linked_sweeps: int = 1  # before cuts, with the first of these
    told_apart: Climbing = Climbing(5e-4)
    with_cuts: Climbing = Climbing(5e-4, cuts=0.01)
    linked_most_s: float = 40.0  # of one window
    worth: float = 2e-4  # of the bound: a sweep with cuts that gains less is the last ...
    # ... or one that took more than this share of the time left: plans gain more then, from the hubs that it found.
    # With 28 areas the second one gains 0.35 million in 340 s of a core, parts put together anew 0.5 million in 120 s
    further: float = 0.15


@dataclass(frozen=True)
class CoolParams:
    """Parts of the plan, whole networks, heated and cooled again.

    From one plan of 28 areas of England, 662.1 million, with 10,000 proposals a practice, about 60 s of a core: 656.9
    on the whole, 657.9 in halves, 658.9 in quarters; 659.6 on the whole from a temperature of 0.03.
    """

    practices: int = 1_200  # of a part; more where there are fewer workers than such parts
    hot: float = 0.1  # first temperature, in halves of a typical hub's cost
    proposals_each: int = 10_000  # for each practice, the first time ...
    longer: float = 5.0  # ... and so many times as many each further time
    focus: int = 400  # practices that moves start from at a time: 0.87 million proposals a second instead of 0.65
    least_each: int = 1_000  # where time is short; fewer are left out ...
    # ... and less than so many times those before: a second cooling with 50,000 proposals brought no better plan of 28
    # areas in 240 s
    much_longer: float = 2.0
    usual_speed: float = 4e5  # proposals a second of one worker, before any was measured


@dataclass(frozen=True)
class PartsParams:
    """Parts of the plan, whole networks, cooled a little and put together anew from hubs that masters and plans had.

    From a plan of 28 areas of England, 655.2 million, and the hubs that masters use after two sweeps with leads told
    apart: 654.4 in 66 s of a core without cooling, 654.1 in 158 s with it.
    """

    practices: int = 400
    first_round: int = 2  # before it cooling of large parts brings more
    hot: float = 0.05  # first temperature, in halves of a typical hub's cost
    proposals_each: int = 20_000  # for each practice
    most_s: float = 10.0  # to put a part together
    least_s: float = 1.0  # where time is short


@dataclass(frozen=True)
class RegionsParams:
    """How a country is planned."""

    first: FirstParams = field(default_factory=FirstParams)
    climb: ClimbParams = field(default_factory=ClimbParams)
    cool: CoolParams = field(default_factory=CoolParams)
    parts: PartsParams = field(default_factory=PartsParams)
    rounds: int = (
        3  # of ever longer cooling; without a time limit the plan's last round is the first in vain after them
    )
    area: int = 120  # practices: as many at most are planned as one area
    # `search` of parts (its runs, pool and recombination), `columns` of windows; all of an area
    auto: AutoParams = field(default_factory=AutoParams)
    seams: tuple[float, ...] = (0.5, 0.4, 0.6, 0.45, 0.55, 0.35)  # shares at which regions are cut, sweep by sweep


DEFAULT = RegionsParams()
