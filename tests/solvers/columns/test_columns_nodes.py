"""Nodes of the tree: their duals converge, and branches leave out no plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from columns_support import converged

import instances
from instances import Instance
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from solvers.columns.branching import Doubt
from solvers.columns.layout import make_layout
from solvers.columns.master import Master
from solvers.columns.node import NO_SLOT, Node, root_node
from solvers.columns.prices import NodePrices

WIDE = 1e8  # pounds: a box of prices that nothing reaches
LOST = 0.01  # pounds: what bounds are lowered by differs from node to node
HAMLET = Path(instances.__file__).parent / "data" / "hamlet"


def hamlet() -> Problem:
    return build_problem(Instance.read(HAMLET))


@pytest.mark.parametrize("site", range(4))
def test_the_duals_of_a_node_with_a_required_site_converge(site: int) -> None:
    root = root_node(hamlet())
    closed, required = root.split_site(site)
    both = min(converged(closed).bound, converged(required).bound)
    assert both >= converged(root).bound - LOST


@pytest.mark.parametrize("most", [3, 4, 5])
def test_limits_on_hubs_cover_the_node(most: int) -> None:
    root = root_node(hamlet())
    slots = frozenset(range(NO_SLOT, len(root.slots)))
    bounds = [converged(part).bound for part in root.split_hubs(slots, most)]
    assert min(bounds) == pytest.approx(converged(root).bound, rel=0.05)
    assert min(bounds) >= converged(root).bound - LOST


def test_a_hub_that_is_kept_out_of_all_networks_is_in_none() -> None:
    root = root_node(hamlet())
    site = int(np.flatnonzero(root.problem.host >= 0)[0])
    inside, outside = root.split_slot_of_site(site, NO_SLOT)
    assert inside.required[site]
    assert inside.barred == {(site, s) for s in range(len(root.slots))}
    assert outside.barred == {(site, NO_SLOT)}
    split = outside.with_counts(np.array([slot.high for slot in root.slots])).split_leads(0, root.slots[0].leads[:1])
    assert all(part.barred == outside.barred for part in split)
    assert min(converged(inside).bound, converged(outside).bound) >= converged(root).bound - LOST


def test_trying_branches_tells_what_the_held_columns_lose_and_leaves_the_master_as_it_was() -> None:
    root = root_node(hamlet())
    counts = converged(root).counts
    node = root.with_counts(counts.counts[counts.weakest].astype(np.int64))
    ascent = converged(node, clusters=4)
    best = ascent.counts.evaluations[-1].prices
    n = node.problem.n_practices

    def optimum(of: Node, prices: NodePrices) -> float:
        """Of a master that holds all columns, in a box that no price reaches."""
        layout = make_layout(of, prices.clusters)
        step = Master(of, layout, ascent.pool.columns, prices).solve(np.zeros(n), np.full(n, WIDE))
        assert step is not None
        return step.objective if step.boxed < 1e-6 else np.inf

    clusters = best.clusters
    sites = [Doubt(0.5, site=int(j)) for j in np.flatnonzero(~node.closed & ~node.required)]
    hubs = [Doubt(number + 0.5, slots=frozenset({NO_SLOT, 0, 1})) for number in range(2, 6)]
    each = [(int(slot), c) for c, slot in enumerate(clusters.slot) if len(clusters.of_slot(slot)) > 1]
    networks = [Doubt(0.5, slot=slot, clusters=(c,)) for slot, c in each]
    assert networks
    parts = [[(part, best) for part in doubt.branch(node, clusters).children] for doubt in sites]
    parts += [[(part, best.with_limit()) for part in doubt.branch(node, clusters).children] for doubt in hubs]

    master = Master(node, ascent.pricer.layout, ascent.pool.columns, best)
    before = master.solve(np.zeros(n), np.full(n, WIDE))
    gains = master.gains(sites + hubs + networks)
    after = master.solve(np.zeros(n), np.full(n, WIDE))
    assert before is not None
    assert after is not None
    assert after.objective == pytest.approx(before.objective)
    for sides, tried in zip(parts, gains[: len(parts)], strict=True):
        for (part, prices), gain in zip(sides, tried, strict=True):
            if np.isfinite(optimum(part, prices)):
                assert gain == pytest.approx(optimum(part, prices) - before.objective, abs=1.0)
            else:
                assert gain > 0.01 * WIDE
    for doubt, tried in zip(networks, gains[-len(networks) :], strict=True):
        branch = doubt.branch(node, clusters)  # of which a master holds columns in clusters that pay there
        none = optimum(branch.children[0], best.split_slot(doubt.slot, branch.leads, len(node.slots)))
        assert tried[0] >= none - before.objective - 1.0
    assert (gains > 1.0).any()
