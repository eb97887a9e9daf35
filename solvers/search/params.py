"""Parameters of the backend `search`: what it tries, how often and for how long, with the reason beside each value.

Shares are from 0 to 1, pairs are (at least, at most), times in seconds. `hub_tier_...` holds where there are no
networks.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.construct.params import DEFAULTS, WorldParams


@dataclass(frozen=True)
class ExploreParams:
    """Which kind of step comes next: what has brought better plans of late, more often."""

    least_weight: float = 0.1  # of a kind that never makes the plan better; of one that always does, 1.1
    memory: float = 0.1  # of the last try, in the share of those that did
    expected: float = 0.1  # that share before any try ...
    expected_of_reheats: float = 1.0  # ... of reheats and, without networks, of every kind
    patience: int = 60  # rounds without a better plan before it gives up, where there is no time limit
    most_elite: int = 8  # best plans met that are kept


@dataclass(frozen=True)
class FreshParams:
    """Runs from today's groups."""

    runs: int = 4  # on each thread, before anything else, where there are networks to find ...
    all_proposals: int = 8_000_000  # ... and no more than about that many proposals in all
    proposals_each: tuple[int, int] = (10_000, 10_000)  # a practice, of a run
    hub_tier_proposals_each: tuple[int, int] = (800, 2_500)  # at first many short runs, recombined, beat few long ones
    proposals: tuple[int, int] = (100_000, 6_000_000)  # of a run
    longer: float = 0.1  # later, without networks, each has that share of all proposals so far ...
    longest_each: int = 20_000  # ... to so many a practice
    hot: float = 0.2  # first temperature, in halves of a typical hub's cost
    softness: tuple[float, ...] = (0.05, 0.02, 0.05, 1.0)  # first prices of refusals, in turn, as shares of the last
    severities: tuple[float, ...] = (1.0, 10.0, 3.0)  # of prices of broken rules, in turn while there is no plan ...
    later_severities: tuple[float, ...] = (1.0, 0.1)  # ... at random after that: what is full is found from overfull


@dataclass(frozen=True)
class ReheatParams:
    """Runs from a good plan."""

    rank: float = 1.0  # mean place of the plan among the elite, the best at 0
    practices: tuple[int, int] = (40, 240)  # that moves start from; without networks up to all
    proposals_each: int = 5_000  # for each of them
    hot: tuple[float, float] = (0.01, 0.12)  # first temperature, evenly by its logarithm
    soft: float = 0.05  # first price of a refusal, as a share of its last ...
    soft_share: float = 0.3  # ... in that share of reheats; in the others it has its last price


@dataclass(frozen=True)
class SketchParams:
    """Runs from what the optimum of a node of the proof is near to, where the caller has it."""

    most: int = 4  # that wait; the latest is taken first
    proposals_each: int = 5_000  # for each practice
    hot: tuple[float, float] = (0.02, 0.12)  # first temperature, evenly by its logarithm


@dataclass(frozen=True)
class RunsParams:
    """Cooling. Temperatures in halves of a typical hub's cost."""

    slices: int = 200  # between which prices of refusals harden and hubs are pooled
    hard_from: float = 0.35  # of the cooling: from there on a refusal has its last price
    severe_from: float = 0.8  # of the cooling: from there on every rule has its usual price
    cold: float = 0.003  # last temperature
    pooled_below: float = 0.04  # temperature from which on the hubs of a state are pooled
    hub_tier_pooled_below: float = 0.1  # hubs without networks cost little to recombine
    network_share: float = 0.2  # of proposals


@dataclass(frozen=True)
class RecombineParams:
    """Pooled hubs put together anew by a set-partitioning program."""

    practices: tuple[int, int] = (50, 180)  # that are dealt out, at least that many; whole networks ...
    hub_tier_practices: tuple[int, int] = (100, 1_000)  # ... if there are any
    elite: int = 4  # plans whose networks take part
    nearest: int = 2  # candidates of a model that a hub may join, beside those it has been seen in
    new_hubs: int = 60  # in the pool before another one; twice as many after one that brought nothing ...
    most_new_hubs: int = 5_000  # ... up to that
    growth: float = 1.2  # of the pool, at least, before another one
    time_share: float = 0.2  # of the time limit, at most
    time_limit_s: float = 10.0  # where there is that much; nodes end it before
    first_columns: int = 2_000  # of hubs, in the first linear program
    sifted: int = 2_000  # columns that join it at a time
    most_sifts: int = 12
    most_columns: int = 2_000  # hub columns in the integer program
    most_nodes: int = 40
    rel_gap: float = 1e-5


@dataclass(frozen=True)
class SizeParams:
    """Of exact neighbourhoods: they grow while they are proven and shrink when they are not."""

    hubs: float = 4.0  # at most, at first
    pairs: float = 3_000.0  # at most, at first
    least_share: float = 0.0  # of these hubs, at least; two are the fewest
    pairs_spread: float = 5.0  # pairs are drawn from the most down to a part of it, evenly by their logarithm
    hubs_growth: float = 1.1  # times that once as many as there may be were proven ...
    pairs_growth: float = 1.2  # ... and of pairs half as many
    hubs_loss: float = 0.9  # times that after one that was not
    pairs_loss: float = 0.8
    least_hubs: float = 3.0
    least_pairs: float = 500.0
    most_pairs: float = 20_000.0


@dataclass(frozen=True)
class ReoptimiseParams:
    """A few hubs dealt out anew by the compact program."""

    time_limit_s: float = 3.0  # of one neighbourhood; nodes end it before
    most_nodes: int = 20
    rel_gap: float = 1e-6
    size: SizeParams = SizeParams()


@dataclass(frozen=True)
class GuidedParams:
    """The same with the pairs that nodes of the proof find cheapest alone."""

    time_limit_s: float = 3.0
    hub_tier_time_limit_s: float = 10.0
    most_nodes: int = 2_000
    most_guides: int = 12  # nodes of the proof that are remembered ...
    most_guiding: int = 5  # ... and whose bounds of pairs are put together
    size: SizeParams = SizeParams(hubs=12.0, pairs=1_000.0, least_share=0.5)


@dataclass(frozen=True)
class PartsParams:
    """Parts of a plan without networks that branch and price deals out anew, where the caller has it."""

    all_s: float = 5.0  # of one after another
    time_limit_s: float = 3.0  # of each
    practices: int = 80  # of the first, at least
    least_practices: int = 40  # no more parts once they would be smaller than that
    growth: float = 1.05  # times that after each that was proven ...
    loss: float = 0.7  # ... and that was not


@dataclass(frozen=True)
class RegionsParams:
    """What is near."""

    own_sites: int = 3  # nearest sites of a practice ...
    near_sites: int = 8  # ... each with that many practices nearest to it, which are the practice's neighbours
    least_pairs: int = 3  # a practice of a neighbourhood ...
    guided_least_pairs: int = 2  # ... of a guided one


@dataclass(frozen=True)
class StructureParams:
    """Numbers of hubs and networks that a run is told."""

    free_share: float = 0.7  # of runs that are told none ...
    hub_tier_free_share: float = 0.3  # ... without networks
    model_share: float = 0.5  # of those told: a network's model changes, where there are several


@dataclass(frozen=True)
class PoolParams:
    """Hubs that are remembered."""

    most_hubs: int = 20_000  # kept; beyond it those that were met least recently go
    most_groups: int = 2  # groups that a hub may continue in the program


@dataclass(frozen=True)
class SearchParams:
    """What the search tries, how often and for how long."""

    explore: ExploreParams = ExploreParams()
    fresh: FreshParams = FreshParams()
    reheat: ReheatParams = ReheatParams()
    sketch: SketchParams = SketchParams()
    runs: RunsParams = RunsParams()
    recombine: RecombineParams = RecombineParams()
    reoptimise: ReoptimiseParams = ReoptimiseParams()
    guided: GuidedParams = GuidedParams()
    parts: PartsParams = PartsParams()
    regions: RegionsParams = RegionsParams()
    structure: StructureParams = StructureParams()
    pool: PoolParams = PoolParams()
    world: WorldParams = DEFAULTS.world  # moves and penalties
