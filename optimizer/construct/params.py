"""What decides how a search behaves, with the reason or the measurement beside each value.

Temperatures are in halves of a typical hub's cost, penalties in `steps` of as much (docs/model.md, section 6).
`PriceParams` and `MoveParams` are scalars of every world; kernels read them by name.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CoolingParams:
    """What coolings of plans by the constructor have in common."""

    slice: int = 20_000  # proposals between two looks at the clock
    network_share: float = 0.2  # of proposals


@dataclass(frozen=True)
class Attempt:
    """One cooling of a construction."""

    severity: float = 1.0  # of penalties
    hot: float = 0.2
    cold: float = 0.003
    hubs_whole: bool = False  # by moves, where hubs are contiguous


@dataclass(frozen=True)
class FirstPlanParams:
    """Construction: coolings from today's groups."""

    proposals_per_practice: int = 10_000  # of one run
    hub_tier_proposals: int = 2_500  # a practice, where there are no networks to find
    least_proposals: int = 300_000  # of one run ...
    most_proposals: int = 4_000_000
    all_proposals: int = 4_000_000  # runs are added up to about this many, at least one ...
    enough_runs: int = 4  # ... and at most this many once there is a plan, unless told otherwise
    most_attempts: int = 40  # runs while no plan was found
    soft_consent: float = 0.05  # first price of a refusal, as a share of its last ...
    hard_from: float = 0.35  # ... which it has from this share of the cooling on
    attempts: tuple[Attempt, ...] = (Attempt(), Attempt(10.0), Attempt(3.0))  # in turn while no plan was found
    # the same where hubs or networks are contiguous: other ways lead over states that break many rules, so hot enough
    # for them. Kent, whose fewest hires are 99 % of the labour market: no plan in 4 runs at severity 10 and the usual
    # temperatures, 2 in 4 so hot, 4 in 4 with hubs left whole. Without need they cost: Birmingham is 0.7 % dearer so
    contiguous_attempts: tuple[Attempt, ...] = (Attempt(), Attempt(30.0, hot=6.0, cold=0.03, hubs_whole=True))


@dataclass(frozen=True)
class RepairParams:
    """From a plan that breaks rules: far colder than a construction."""

    runs: tuple[tuple[float, float], ...] = (  # temperature at first, severity
        (0.001, 10.0),  # so cold that little moves but what breaks a rule
        (0.02, 1.0),
        (0.02, 10.0),  # from here on, if need be
        (0.02, 3.0),
    )
    always: int = 2  # of them
    coldest: float = 0.0003
    proposals_per_practice: int = 2_000
    least_slices: int = 10


@dataclass(frozen=True)
class ReheatParams:
    """Plans near a given one."""

    heated: int = 500  # proposals a practice at the highest temperature ...
    cooled: int = 2_000  # ... and down from it, to where a first plan ends


@dataclass(frozen=True)
class SeedParams:
    """Where a search begins."""

    filled: float = 0.9  # of the median capacity, at most, by hubs that are grown
    tries: int = 4  # for each slot of a hub, to find a hub that has no network
    most_grown: int = 40  # steps from neighbour to neighbour, for one network


@dataclass(frozen=True)
class LayoutParams:
    """What moves look at, and the units of penalties."""

    neighbours: int = 24  # nearest sites of a practice among which moves look for another hub
    nearest_leads: int = 12  # hospitals per model among which a network looks for its lead
    step_share: float = 0.5  # fixed part of a penalty, as a share of a typical hub's cost
    patient_penalty: float = 4.0  # variable part, as a multiple of a typical cost per patient
    fewest_usual_sites: int = 8  # of a practice, whose mean is its usual travel; or as many as a hub has to itself


@dataclass(frozen=True)
class PriceParams:
    """Sites tried, and penalties. `*_steps`: penalties in steps."""

    few_members: int = 16  # of a hub whose every possible site is tried at each change
    few_moved: int = 4  # practices in a change after which a large hub stays near its site
    sites_tried: int = 1  # beside its own, by such a hub
    count_steps: float = 3.0  # for each hub too few or too many: a hub more eases every other rule
    far_steps: float = 4.0  # for a member out of reach: there is no way nearer, step by step
    homeless_steps: float = 10.0  # for a hub without a site
    stray_steps: float = 3.0  # a piece of a hub or network beside the first: what else breaks wears off by itself
    leaderless_steps: float = 2.0  # for a network without a lead
    network_patient_share: float = 0.25  # of a hub's penalty per patient, where those of networks are counted
    # temperatures to a step from where on a sound state takes no wrong size. In coolings of 28 areas of England from a
    # tenth of a step every sixth change made a hub of one, and one or two of a million proposals were such and accepted
    hopeless: float = 8.0
    hire_multiple: float = 2.0  # of its cost, for each hire that the labour market lacks ...
    hire_steps: float = 0.25  # ... and so many steps


@dataclass(frozen=True)
class MoveParams:
    """Shares of random moves; the mixes are those that worked on real areas."""

    relocate_share: float = 0.46  # of moves about hubs ...
    swap_share: float = 0.31
    recombine_share: float = 0.14  # ... and the rest moves blocks
    change_network_share: float = 0.55  # of moves about networks ...
    swap_networks_share: float = 0.22
    merge_networks_share: float = 0.08
    found_network_share: float = 0.07
    split_network_share: float = 0.04  # ... and the rest changes models
    independence_share: float = 0.04  # of relocations ...
    dissolved_hub_share: float = 0.25  # (of these the whole hub: one by one they would leave a hub too small behind)
    runner_share: float = 0.5  # of those out of hubs already, where trusts run practices: to another trust
    new_hub_share: float = 0.03  # ... and the rest to a neighbouring hub
    border_share: float = 0.8  # of neighbours, where hubs are contiguous: over a border, not at a near site
    hubs_whole: int = 0  # 1 = moves leave contiguous hubs in one piece as far as they can
    most_gathered: int = 6  # neighbours that a new hub takes along there, at most
    no_network_share: float = 0.12  # of changes of a hub's network ...
    new_network_share: float = 0.06  # ... and the rest to a neighbour's
    scattered_share: float = 0.5  # of networks that are dissolved: each hub to its own neighbour's
    dissolved_share: float = 0.1  # of them: hubs to no network
    same_model_share: float = 0.6  # of networks that are split: both of one model
    taking_share: float = 0.5  # of networks founded: hubs of other networks, too
    picky_share: float = 0.7  # of them: no hub with a member that refuses
    most_dealt: int = 400  # practices that a recombination deals out


@dataclass(frozen=True)
class WorldParams:
    """All that a world is laid out by."""

    layout: LayoutParams = LayoutParams()
    price: PriceParams = PriceParams()
    moves: MoveParams = MoveParams()
    seeds: SeedParams = SeedParams()


@dataclass(frozen=True)
class ConstructParams:
    """Of the constructor, repair and reheating; `world` is what `search` has in common with them."""

    first_plan: FirstPlanParams = FirstPlanParams()
    repair: RepairParams = RepairParams()
    reheat: ReheatParams = ReheatParams()
    cooling: CoolingParams = CoolingParams()
    world: WorldParams = WorldParams()


DEFAULTS = ConstructParams()
