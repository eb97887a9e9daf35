"""Parameters of the backend `regions`, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.auto.params import AutoParams


@dataclass(frozen=True)
class FirstParams:
    """A first plan, region by region, a region for each worker.

    With 8,000 proposals a practice 28 areas of England cost 658.6 million, halves mended and cooled together for 11 s;
    663.3 with half as many proposals, 662.8 so in regions of 1,000. A worse first plan has fewer patients in networks,
    and what coolings from it end with is as much worse.
    """

    practices: int = 1_200  # of a region; more where there are fewer workers than such regions
    proposals_each: int = 12_000  # for each practice, fewer where time is short
    hot: float = 0.2  # first temperature, in halves of a typical hub's cost
    focus: int = 400  # practices that moves start from at a time
    most_s: float = 25.0  # of one region, at the usual speed; it is ended after twice that ...
    share: float = 0.25  # ... and of the time limit, for all of them, and for mending
    mend_s: float = 60.0  # on the whole, where regions together break a rule ...
    # ... with first temperatures and severities in turn, the first so cold that little moves but what breaks one ...
    mend_runs: tuple[tuple[float, float], ...] = ((0.001, 10.0), (0.02, 10.0), (0.02, 1.0), (0.02, 3.0))
    mend_each: int = 300  # ... and so many proposals for each practice, fewer where time is short


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
    # a last sweep to the end, whose masters show where hubs and networks are, if it takes no more than a share of the
    # time left: 28 areas took some 200 s of a core. From masters at 640.8 million to the end, plans of 28 areas were
    # cooled with 20,000 proposals a practice to 653.2 and 654.6, from the same left at 5e-4 to 655.9 and 656.0
    to_the_end: Climbing = Climbing(2e-5)
    to_the_end_most_s: float = 120.0  # of one window
    to_the_end_s: float = 0.06  # of a worker, for each practice
    sketch_share: float = 0.15  # the plans cooled from it, and passes over the best of them, take six times as long


@dataclass(frozen=True)
class CoolParams:
    """The plan of the whole, heated and cooled again, with several seeds.

    What one cooling ends with is a matter of chance, and what one comes upon in one place, another comes upon in
    another. From a plan of 28 areas of England, 659.4 million, three with 20,000 proposals a practice, 51 s of a core
    each, made 655.8 to 656.3, and a pass over parts from the hubs of all three and of masters 654.9 in 83 s; six with
    10,000 made 656.3 to 657.6, and a pass 655.3 in 100 s.
    """

    seams_hot: float = 0.02  # of the very first, which takes away what is dear where regions met ...
    seams_each: int = 1_500  # ... with so many proposals for each practice
    hot: float = 0.06  # first temperature, in halves of a typical hub's cost; 0.2 and 0.4 end worse
    # for each practice, of the first stage; fewer where time is short. With 63,000 and six seeds, for which an hour has
    # room, the plan was at 655.3 million after 600 s and at 652.2 after 1,556 s; with 10,000 at 652.3 after 600 s
    proposals_each: int = 20_000
    longer: float = 5.0  # each further stage has so many times as many ...
    stages: int = 3  # ... up to this one
    seeds: int = 6  # of a stage, at most; or one for each worker at the plan
    share: float = 0.4  # of the time left, for them
    focus: int = 400  # practices that moves start from at a time: a third more proposals in the same time
    least_each: int = 1_000  # where time is short; fewer are left out
    usual_speed: float = 1.3e6  # proposals a second of one worker, before any was measured


@dataclass(frozen=True)
class PartsParams:
    """Parts of the plan, whole networks, put together anew from hubs that masters and plans had.

    After each pass the whole is heated a little and cooled, which gives further hubs. From the best of three coolings
    of 28 areas, 656.0 million, two passes made 653.6 in 200 s of a core; from there coolings with 5,000 proposals a
    practice end at 653.8 from a temperature of 0.05, at 653.2 from 0.04 to 0.02, and three with 10,000 and three more
    passes at 652.4.
    """

    practices: int = 400
    most_s: float = 10.0  # to put a part together: 5 s find about two thirds as much ...
    least_s: float = 1.0  # ... where time is short
    most_nodes: int = 100_000  # of HiGHS: its time ends it before
    hot: float = 0.03  # first temperature of the coolings, in halves of a typical hub's cost ...
    proposals_each: int = 5_000  # ... with so many proposals for each practice ...
    seeds: int = 2  # ... at least, or one for each worker at the plan
    worth: float = 1e-4  # of the plan's cost: a pass and a cooling that gain less are the last before the next stage


@dataclass(frozen=True)
class RegionsParams:
    """How a country is planned."""

    first: FirstParams = field(default_factory=FirstParams)
    climb: ClimbParams = field(default_factory=ClimbParams)
    cool: CoolParams = field(default_factory=CoolParams)
    parts: PartsParams = field(default_factory=PartsParams)
    area: int = 120  # practices: as many at most are planned as one area
    # `search` of parts (its runs, pool and recombination), `columns` of windows; all of an area
    auto: AutoParams = field(default_factory=AutoParams)
    seams: tuple[float, ...] = (0.5, 0.4, 0.6, 0.45, 0.55, 0.35)  # shares at which regions are cut, sweep by sweep


DEFAULT = RegionsParams()
