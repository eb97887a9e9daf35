"""Annealing runs: from nothing, and from a plan, the whole of it or a region."""

from __future__ import annotations

from optimizer.construct import SearchState
from optimizer.construct.cooling import Cooling, slices
from optimizer.model.arrays import IntArray
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.search.best import Best
from solvers.search.structure import Structure

SLICES = 200  # of a cooling, between which prices of refusals harden and hubs are pooled
HARD_FROM = 0.35  # of the cooling: from there on a refusal has its last price
SEVERE_FROM = 0.8  # of the cooling: from there on every rule has its usual price
COLD = 0.003  # last temperature, in halves of a typical hub's cost
HUB_TIER_POOLED_BELOW = 0.1  # the same without networks, whose hubs cost little to recombine
POOLED_BELOW = 0.04  # temperature from which on the hubs of a state are pooled
NETWORK_SHARE = 0.2  # of proposals


class Runs:
    """One thread's runs. `empty`: a state without a hub, shared by all threads."""

    def __init__(self, best: Best, empty: SearchState, states: list[SearchState]) -> None:
        self._best = best
        self._problem: Problem = best.problem
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
        offset = self._problem.network.dividend * self._problem.total_patients
        pooled_below = (POOLED_BELOW if self._problem.n_candidates else HUB_TIER_POOLED_BELOW) * state.scale
        cooling = Cooling(
            hot=hot,
            cold=COLD,
            slices=SLICES,
            proposals=proposals // SLICES,
            network_share=NETWORK_SHARE,
            soft=soft,
            hard_from=HARD_FROM,
            severity=severity,
            severe_from=SEVERE_FROM,
        )
        for temperature in slices(state, cooling):
            if temperature < pooled_below:
                self._best.pool.add_state(state)
            if state.best_cost + offset < self._best.objective:
                self._offer(state, source)
            if self._best.over:
                return
        self._offer(state, source)

    def _offer(self, state: SearchState, source: str) -> None:
        found = state.best()
        if found is not None:
            self._best.offer(found, source)
