"""Parameters of the backend `columns`: what may be tuned, each with what it was measured by or stands for.

Shares of a gap are of that between the cutoff and a node's bound. docs/columns.md has the measurements at length.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from solvers.search.params import SearchParams


@dataclass(frozen=True)
class FirstParams:
    """The search for a plan to measure against."""

    share: float = 0.1  # of the time ...
    most_s: float = 10.0  # ... and at most ...
    each_s: float = 0.06  # ... or for each practice: a dozen end after 3.3 s in all, after 8.5 s with 6 s of search
    # Where it finds none: HiGHS on the compact model of up to so many pairs of practice and site. Of seven practices
    # with hardly a plan it finds the best in a second; the search and the tree found none in 8 s.
    compact_pairs: int = 1_000
    compact_share: float = 0.3  # of the time that is left ...
    compact_most_s: float = 20.0  # ... and at most


@dataclass(frozen=True)
class PricingParams:
    """Pricing of all sites of a node, and the listing of their hubs."""

    cells: int = 500  # of a completion table, about: the grid is chosen for it
    exact_cells: int = 8_000  # up to so many patients a cell is one patient where no staff is counted
    sites_at_once: int = 8  # between two looks at the clock
    sites_at_once_relaxed: int = 128  # the same where sites are relaxed alone
    hasty_searches: int = 2  # of a site, once an evaluation is known to be of no use as a bound ...
    hasty_nodes: int = 500  # ... and nodes of each
    most_counts: int = 20_000  # choices of network counts that have a bound each; one for all where there are more
    uneven: int = 8  # times its equal share that a site may have of the hubs listed


@dataclass(frozen=True)
class MasterParams:
    """The restricted master of a node."""

    widest: float = 100.0  # pounds per patient: box of the duals of network rows
    widest_hub: float = 1e7  # pounds: box of the duals of hubs, leads and required sites
    most_first: int = 1_500  # columns that it begins with
    trial_pivots: int = 100  # of the simplex method, where a branch is tried


@dataclass(frozen=True)
class SubgradientParams:
    """The first climb at the root of a problem without networks."""

    round: int = 50  # steps between two looks at whether it pays
    least_gain: float = 0.005  # of the gap: a round that gains less is the last ...
    short: float = 0.2  # ... once steps have become so short: long ones may miss what shorter ones gain
    unknown_gap: float = 0.05  # relative: what steps aim above the best bound while there is no plan
    kept: float = 0.5  # of the direction before
    patience: int = 20  # steps in a row that bring nothing, before they become shorter ...
    shorter: float = 0.66
    width: float = 0.01  # of the box around its prices: they need little more
    noticed: float = 1e-5  # relative: what brings less brings nothing


@dataclass(frozen=True)
class AscentParams:
    """The steps that raise a node's bound. Widths are those of the box, in mean prices of a patient."""

    first_width: float = 0.1
    towards: float = 1.0  # of the way from the centre to the master's prices: where hubs are priced
    again_width: float = 0.025  # at least, when another choice of network counts comes into focus
    least_width: float = 0.0025
    most_width: float = 10.0
    wider: float = 1.5  # after a serious step ...
    much_wider: float = 3.0  # ... where the box held the price, or the step brought what the master told
    good_step: float = 0.5  # of the gain that the master told: a step that brings so much widens the box much
    narrower: float = 0.6  # after a null step ...
    narrower_if_held: float = 0.8  # ... where the box held the price
    first_nodes: int = 200_000  # of a depth-first search
    more_nodes: int = 5  # times as many, when a step fails for want of them
    most_nodes: int = 5_000_000
    little_box: float = 0.5  # of the box in use: the master's value tells where the bound can go
    most_idle: int = 10  # evaluations in a row that find no hub and raise nothing, before it is over
    shared: float = 0.05  # of a hub, in an optimum of a master: worth a try in plans


@dataclass(frozen=True)
class LinkParams:
    """Clusters of leads, and the rows that tie practices to them."""

    clusters: int = 24  # a slot, at most
    # of the root's gap: where clusters raise its bound by less, slots keep one each. Greater Manchester gains nothing,
    # Coventry 0.1 in the trials below, Hampshire 0.24, Kent and rural areas more than half
    least_gain: float = 0.15
    most_trial_rounds: int = 12  # of rows and hubs, to see what they can gain ...
    most_trials: int = 40  # ... and evaluations, to gain it: Coventry gains 0.22 in 100, of half a second each
    least_violation: float = 1e-3  # of a network
    most: int = 400  # rows of a round
    most_elsewhere: int = 200  # hubs put into further clusters in a round
    most_rounds: int = 2  # between two pricings
    # of a slot's leads: once so many lead no network of a better plan, the others are told apart more finely
    least_idle: float = 0.25


@dataclass(frozen=True)
class CutParams:
    """Subset-row cuts."""

    least_violation: float = 0.02
    most_neighbours: int = 40  # rows that share fractional columns with a row, looked at for triples
    most: int = 40  # of a round at a node ...
    # ... and where that is more, so many a practice: forty a round are few where the gap lies in many places at once;
    # 400 a round close three quarters of the root's gap on the hub tier of 1,500 generated practices, in 7 s
    most_each: float = 0.25
    most_rounds: int = 12  # at a node
    least_gain: float = 0.01  # of the gap: a round that gains less is the last
    # of the gap: what a round has to gain an evaluation where sites could be branched on instead. On Holmberg's p31
    # cuts gain less, and branching on sites proves it where cuts take 60 s for 12 nodes; on the hub tier of 150
    # practices they gain more, and prove in 4 s what 560 nodes on sites do not in 60 s
    gain_each: float = 0.002


@dataclass(frozen=True)
class BranchingParams:
    """How a node is divided."""

    fractional: float = 0.05  # a use nearer to 0 or 1 counts as whole, until a node's bound is at its highest
    # sites in doubt, of which the strongest is looked for: the hub tier of 400 practices ends after 90 s of one thread
    # with 61 open nodes and a gap of 0.033 %, by the site nearest to half open with 214 and 0.085 %
    most_tried: int = 16
    trial_wider: float = 4.0  # times the last box: that in which branches are tried
    least_share: float = 1e-3  # of the largest gain: counted for a branch that gains less


@dataclass(frozen=True)
class ListingParams:
    """The enumeration of the hubs that a node's plans can have."""

    most_hubs: int = 60_000  # of a node
    most_hubs_early: int = 6_000  # while its leads are not fixed: more cost more than the children that they save
    most_nodes: int = 200_000  # of the search of one site, slot and group
    less: float = 0.7  # of a gap at which they were too many: hubs are listed again below it


@dataclass(frozen=True)
class DivisionParams:
    """Branch and bound among listed hubs."""

    candidates: int = 4  # branches tried at a node
    most_cuts: int = 60  # of a round
    least_gain: float = 0.01  # of the gap: a round of cuts that gains less is the last


@dataclass(frozen=True)
class CompactParams:
    """Nodes without networks that are left to HiGHS."""

    most_pairs: float = 8.0  # a practice: on Yang's 30-200-5 the root is left with 6.8, and closed in 1.5 s
    fewer: float = 0.5  # of pairs that were too many for it: so many are tried from then on
    most_s: float = 10.0


@dataclass(frozen=True)
class KernelParams:
    """Plans that HiGHS makes over the pairs that a node without networks finds cheapest, and those of the plan at hand.

    From a plan more than 5 % above the best known of i300_1 of TBED1, 1,540 pairs gave one 1.9 % above it in 4 s.
    Where the number of hubs is open.
    """

    each: int = 5  # pairs of a practice
    # divisions by sites until the next kernel and dive; twice as many after those that brought nothing. After 42 s of
    # processor time i300_7 was 0.79 % above the best known with 1 and 1.10 % with 8, i300_3 2.57 % with either (one run
    # each); with 1 they went on to 0.69 and 0.98 %
    first_wait: int = 1
    most_s: float = 10.0  # of one kernel ...
    share: float = 0.2  # ... of the time left, at most ...
    least_s: float = 2.0  # ... and none in less, as in parts of a plan


@dataclass(frozen=True)
class DiveParams:
    """Dives for plans out of nodes without networks."""

    # divisions by sites between two dives where the number of hubs is fixed; twice as many after one that brought
    # nothing
    first_wait: int = 8
    most_practices: int = 600  # among more a dive takes a minute, and parts of a plan dealt out anew gain more
    sure: float = 0.9  # sites that a master opens so far are fixed together, else one of those that it opens furthest
    settled: float = 0.03  # of the gap: what a master's bound may still gain when the next site is fixed ...
    most_evaluations: int = 40  # ... or after so many
    sites_each: int = 5  # of a practice at the end


@dataclass(frozen=True)
class TreeParams:
    """When a node is left for another, or divided."""

    settled: float = 0.03  # of the gap: a node whose bound can gain less is divided
    free_settled: float = 2e-3  # relative to the bound, while the network counts are free
    unknown_gap: float = 0.1  # taken for the gap while there is no plan, relative
    # of its gap: a node is put aside once it is so far ahead of the next one. On Greater Manchester one node had taken
    # 57 s to rise far above others that held the bound down
    ahead: float = 0.1
    most_aside: int = 6  # nodes put aside whose masters are kept


@dataclass(frozen=True)
class ColumnsParams:
    """How a plan is proven."""

    first: FirstParams = field(default_factory=FirstParams)
    search: SearchParams = field(default_factory=SearchParams)  # for a first plan
    pricing: PricingParams = field(default_factory=PricingParams)
    master: MasterParams = field(default_factory=MasterParams)
    subgradient: SubgradientParams = field(default_factory=SubgradientParams)
    ascent: AscentParams = field(default_factory=AscentParams)
    links: LinkParams = field(default_factory=LinkParams)
    cuts: CutParams = field(default_factory=CutParams)
    branching: BranchingParams = field(default_factory=BranchingParams)
    listing: ListingParams = field(default_factory=ListingParams)
    division: DivisionParams = field(default_factory=DivisionParams)
    compact: CompactParams = field(default_factory=CompactParams)
    kernel: KernelParams = field(default_factory=KernelParams)
    dive: DiveParams = field(default_factory=DiveParams)
    tree: TreeParams = field(default_factory=TreeParams)


DEFAULT = ColumnsParams()
