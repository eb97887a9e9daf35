"""The state of a search, with a name for everything that solvers do to it; nobody else writes to its tables."""

from __future__ import annotations

import numpy as np

from optimizer.construct.adopt import adopt, reprice, run_practices, scale_penalties
from optimizer.construct.anneal import anneal
from optimizer.construct.change import is_feasible
from optimizer.construct.layout import MOVING_SLACK, make_world
from optimizer.construct.params import DEFAULTS, WorldParams
from optimizer.construct.seeds import seed_hubs, seed_networks
from optimizer.construct.world import World
from optimizer.model.arrays import NONE, BoolArray, FloatArray, IntArray
from optimizer.model.consequences import moving_once
from optimizer.model.outside import runners
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


class SearchState:
    """Hubs and networks of one search, rules broken or not, and the best plan that it has met.

    One thread searches a state; any other may `stop` it.
    """

    def __init__(self, problem: Problem, world: World, params: WorldParams) -> None:
        self._problem = problem
        self._params = params
        self.world = world  # for the kernels and their tests

    @classmethod
    def empty(
        cls, problem: Problem, seed: int = 0, severity: float = 1.0, params: WorldParams = DEFAULTS.world
    ) -> SearchState:
        """No hub, no network. `severity` multiplies the prices of broken rules, for good."""
        return cls(problem, make_world(problem, seed, severity, params), params)

    def twin(self, seed: int) -> SearchState:
        """Another in the same state, to be searched by another thread; shares what does not change."""
        return SearchState(self._problem, self.world.twin(seed), self._params)

    # --- where it begins ----------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Into an empty one: today's groups as hubs, the rest grown around seeds, hubs gathered into networks."""
        seed_hubs(self._problem, self.world, self._params.seeds)
        if self._problem.n_candidates:
            seed_networks(self._problem, self.world, self._params.seeds)
        if self._problem.trusts.ids:
            run_practices(self.world.record, runners(self._problem, self.current()))

    def adopt(self, solution: Solution, *, however_moved: bool = False) -> bool:
        """Into an empty one: sites as given, continued groups chosen anew, leads where better ones are free.

        Returns whether it keeps every rule; `however_moved`: but the limit on moving, for its own choice of groups may
        miss the best continuation.
        """
        w = self.world.record
        limit = float(w.moving_limit)
        if however_moved:
            w.moving_limit = np.inf
        kept = adopt(self.world, solution, runners(self._problem, solution))
        w.moving_limit = limit
        return kept

    # --- rules --------------------------------------------------------------------------------------------------------

    def impose_hubs(self, count: int) -> None:
        """From now on any other number of hubs breaks a rule."""
        self.world.record.hubs_min = self.world.record.hubs_max = count

    def impose_networks(self, models: BoolArray, counts: IntArray) -> None:
        """From now on any other number of networks of these models [models] breaks a rule."""
        for limit in ("count_min", "count_max"):
            self.world["models"][limit][models] = counts[models]

    def soften_consent(self, share: float) -> None:
        """Price refusals at a share of the usual penalty from now on."""
        w = self.world.record
        w.consent = min(share, 1.0) * w.step
        reprice(w)

    def set_severity(self, severity: float) -> None:
        """Multiply the usual prices of broken rules from now on."""
        w = self.world.record
        scale_penalties(w, severity * w.scale / w.step)

    # --- search -------------------------------------------------------------------------------------------------------

    def focus(self, practices: IntArray) -> None:
        """Moves start from these practices from now on."""
        self.world["focus"][: len(practices)] = practices
        self.world.record.n_focus = len(practices)

    def anneal(self, proposals: int, hot: float, cold: float, network_share: float) -> float:
        """From temperature `hot` to `cold`, pounds a year; `network_share` of the proposals are about networks.

        Returns the cost of the state then, penalties included.
        """
        return float(anneal(self.world.record, proposals, hot, cold, network_share))

    def forget_best(self) -> None:
        """What was met so far does not count."""
        self.world.record.best_cost = np.inf

    def stop(self) -> None:
        """End annealing at once, this and later."""
        self.world.record.stop = 1

    # --- what it holds ------------------------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Pounds a year: half the cost of a typical hub, the unit of temperatures."""
        return float(self.world.record.scale)

    @property
    def travel(self) -> FloatArray:
        """[sites, practices] pounds a year, inf out of reach."""
        return self.world["travel"]

    @property
    def cost(self) -> float:
        """Pounds a year, nobody in a network taken as zero; penalties of hubs and networks included."""
        return float(self.world.record.cost)

    @property
    def best_cost(self) -> float:
        """The same of the best plan met, inf where there is none."""
        return float(self.world.record.best_cost)

    @property
    def keeps_every_rule(self) -> bool:
        """As the search judges; verification has the last word."""
        return bool(is_feasible(self.world.record))

    def best(self) -> Solution | None:
        """The cheapest choices that broke no rule, if the search met any."""
        if not np.isfinite(self.best_cost):
            return None
        return Solution(
            site_of=self.world["best_site_of"].copy(),
            network_of=self.world["best_network_of"].copy(),
            is_open=self.world["best_is_open"].astype(bool),
        )

    def current(self) -> Solution:
        """The choices of the state as it stands, rules broken or not; hubs without a site are left out."""
        hub_of, hubs = self.world["practices"]["hub"], self.world["hubs"]
        site, network = hubs["site"], hubs["network"]
        site_of = np.where(hub_of >= 0, site[np.maximum(hub_of, 0)], NONE)
        network_of = np.full(self._problem.n_sites, NONE, dtype=np.int64)
        used = np.unique(hub_of[site_of >= 0])
        joined = used[network[used] >= 0]
        if len(joined):
            network_of[site[joined]] = self.world["networks"]["lead"][network[joined]]
        is_open = np.isin(np.arange(self._problem.n_sites), site[used])
        return Solution(site_of=site_of.astype(np.int64), network_of=network_of, is_open=is_open)

    def sound_hubs(self) -> tuple[IntArray, IntArray]:
        """(site of each practice in a hub that breaks no rule, NONE for others; network of each site with a hub)."""
        hub_of, current = self.world["practices"]["hub"], self.current()
        broken = (hub_of >= 0) & (self.world["hubs"]["faults"][hub_of] > 0)
        return np.where(broken, NONE, current.site_of), current.network_of


def adopted(problem: Problem, solution: Solution, empty: SearchState | None = None) -> SearchState | None:
    """The state of the solution, with better leads where there are any; None where it breaks a rule.

    Disruption is that of the best continuation. `empty` is a state without hubs to use for it.
    """
    state = SearchState.empty(problem) if empty is None else empty
    if not state.adopt(solution, however_moved=True):
        return None
    return state if moving_once(problem, solution) <= problem.moving_limit + MOVING_SLACK else None
