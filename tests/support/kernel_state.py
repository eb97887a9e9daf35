"""The state of a search in compiled memory, read back as a plan of ids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.construct import SearchState
from optimizer.model.plan import Hub, Network, Plan
from optimizer.model.problem import Problem

SLICES, PROPOSALS = 40, 50  # few proposals between two looks at the state
NETWORK_SHARE = 0.25


def searched(problem: Problem, seed: int) -> Iterator[tuple[SearchState, float]]:
    """A short search: (state, its cost with penalties) after every slice, from hot to cold."""
    state = SearchState.empty(problem, seed)
    state.fill()
    for temperature in np.geomspace(0.5, 0.003, SLICES) * state.scale:
        yield state, state.anneal(PROPOSALS, temperature, 0.9 * temperature, NETWORK_SHARE)


def forgone(problem: Problem) -> float:
    """The constant between the search's cost and the objective: nobody in a network."""
    return problem.network.dividend * problem.total_patients


def state_plan(problem: Problem, state: SearchState) -> Plan | None:
    """The state as a plan, its own continued groups and hires included; None where a hub or network is incomplete."""
    p, world = problem, state.world
    hubs, networks = world["hubs"], world["networks"]
    filled = np.flatnonzero(hubs["size"] > 0)
    grouped = np.flatnonzero(networks["size"] > 0)
    if (hubs["site"][filled] < 0).any() or (networks["lead"][grouped] < 0).any():
        return None
    home = world["practices"]["hub"]
    return Plan(
        hubs=tuple(
            Hub(
                site=p.sites.ids[hubs["site"][slot]],
                members=tuple(p.practices.ids[i] for i in np.flatnonzero(home == slot)),
                network=_network_id(p, state, int(hubs["network"][slot])),
                continues=p.group_ids[hubs["continues"][slot]] if hubs["continues"][slot] >= 0 else None,
                hires=dict(zip(p.roles.ids, world["hub_roles"]["hires"][slot].tolist(), strict=True)),
            )
            for slot in filled
        ),
        networks=tuple(
            Network(
                care_model=p.models.ids[networks["model"][slot]],
                lead=p.candidates.leads[networks["lead"][slot]],
                hires=dict(zip(p.roles.ids, world["network_roles"]["hires"][slot].tolist(), strict=True)),
            )
            for slot in grouped
        ),
        independents=tuple(p.practices.ids[i] for i in np.flatnonzero(home < 0)),
    )


def _network_id(problem: Problem, state: SearchState, network: int) -> str | None:
    return problem.candidates.ids[state.world["networks"]["lead"][network]] if network >= 0 else None
