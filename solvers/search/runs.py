"""Annealing runs: from nothing, and from a plan, the whole of it or a region."""

from __future__ import annotations

from optimizer.construct import SearchState
from optimizer.construct.cooling import Cooling, slices
from optimizer.model.arrays import IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from optimizer.model.terms import forgone_dividend
from solvers.search.shared import Shared
from solvers.search.structure import Structure


class Runs:
    """One thread's runs. `empty`: a state without a hub, shared by all threads."""

    def __init__(self, shared: Shared, empty: SearchState, states: list[SearchState]) -> None:
        self._shared = shared
        self._params = shared.params.runs
        self._problem: Problem = shared.problem
        self._empty = empty
        self._states = states

    def fresh(
        self, seed: int, proposals: int, hot: float, soft: float, structure: Structure, severity: float = 1.0
    ) -> None:
        """From today's groups. `soft`: first price of a refusal, as a share of its last.

        `severity`: prices of broken rules, as a multiple of the usual ones. A lower one becomes the usual one in the
        end; a higher one stays.
        """
        state = self.new_state(seed)
        state.set_severity(severity)
        structure.impose(state)
        state.fill()
        self._cool(
            state,
            proposals,
            hot,
            soft,
            f"a fresh run to {structure}, consent from {soft:g}, severity {severity:g}",
            severity,
        )

    def reheat(
        self, plan: Solution, seed: int, proposals: int, hot: float, soft: float, structure: Structure, focus: IntArray
    ) -> None:
        """From a plan; `focus`: the practices that moves start from."""
        state = self.new_state(seed)
        state.adopt(plan)
        structure.impose(state)
        state.focus(focus)
        self._cool(
            state,
            proposals,
            hot,
            soft,
            f"reheating {len(focus)} practices from {hot:.3f} to {structure}, consent from {soft:g}",
        )

    def new_state(self, seed: int) -> SearchState:
        """An empty one, which the clock can stop."""
        state = self._empty.twin(seed)
        self._states[:] = [state]
        return state

    def _cool(
        self, state: SearchState, proposals: int, hot: float, soft: float, source: str, severity: float = 1.0
    ) -> None:
        """Offers what is better than the best plan after every slice."""
        params, offset = self._params, forgone_dividend(self._problem)
        pooled_below = params.pooled_below if self._problem.n_candidates else params.hub_tier_pooled_below
        cooling = Cooling(
            hot=hot,
            cold=params.cold,
            slices=params.slices,
            proposals=proposals // params.slices,
            network_share=params.network_share,
            soft=soft,
            hard_from=params.hard_from,
            severity=severity,
            severe_from=params.severe_from,
        )
        for temperature in slices(state, cooling):
            if temperature < pooled_below * state.scale:
                self._shared.pool.add_state(state)
            if state.best_cost + offset < self._shared.incumbent.objective:
                self._offer(state, source)
            if self._shared.over:
                return
        self._offer(state, source)

    def _offer(self, state: SearchState, source: str) -> None:
        found = state.best()
        if found is not None:
            self._shared.offer(found, source)
