"""Plans near a given one: heated from it, then cooled; the hotter, the less is left of it."""

from __future__ import annotations

from optimizer.construct.cooling import Cooling, cool
from optimizer.construct.params import DEFAULTS, ConstructParams
from optimizer.construct.search_state import SearchState, adopted
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution


def reheated(
    problem: Problem, plan: Solution, *, seed: int, heat: float, params: ConstructParams = DEFAULTS
) -> Solution | None:
    """The best plan met in cooling, None where none was; `heat` in halves of a typical hub's cost, as in `construct`.

    The plan keeps every rule; None where the search cannot stand where it stands.
    """
    state = adopted(problem, plan, SearchState.empty(problem, seed, params=params.world))
    if state is None:
        return None
    n, share = problem.n_practices, params.cooling.network_share
    cool(state, Cooling(heat, heat, slices=1, proposals=params.reheat.heated * n, network_share=share))
    state.forget_best()
    cold = min(params.first_plan.attempts[0].cold, heat)
    cool(state, Cooling(heat, cold, slices=1, proposals=params.reheat.cooled * n, network_share=share))
    return state.best()
