"""Certificates of trees grown at random, of every kind of branch: their claims recheck, below the optimum."""

from __future__ import annotations

import time
from functools import cache
from typing import Any

import numpy as np
import pytest
from bound_support import hamlet, hamlet_ascent

from optimizer.model.certificate import Certificate, Split
from optimizer.verify.bound import recheck
from solvers.columns.branching import Branch, branch_on_leads
from solvers.columns.certificate import certificate_of
from solvers.columns.lagrangian import Counts, DualPoint, Pricer
from solvers.columns.node import Node
from solvers.columns.pool import ColumnPool
from solvers.columns.prices import NodePrices
from solvers.columns.surroundings import Surroundings
from solvers.columns.tree import Enumerated, Tree, TreeNode

OPTIMUM = 1_022_998.5213  # of the hamlet
PROVEN = OPTIMUM - 1_000.0  # what a search among hubs shows before leads are settled, and a little less
SEEDS = range(6)
QUIET = Surroundings(
    incumbent=lambda: np.inf,
    is_over=lambda: False,
    on_bound=lambda _: None,
    on_solution=lambda _: False,
    on_columns=lambda _: None,
    on_guide=lambda _: None,
    deadline=time.monotonic(),
)


@cache
def grown(seed: int) -> Certificate:
    """Counts first, then anything; about half of the nodes evaluated, with prices that are far from their best."""
    ascent = hamlet_ascent()
    last = ascent.evaluated[-1].prices
    tree = Tree(ascent.problem, ColumnPool(ascent.problem), [last], 1, QUIET)
    tree.root.evaluations = ascent.evaluated[: 4 + seed]
    _Gardener(np.random.default_rng(seed)).by_counts(tree.root, last)
    certificate = certificate_of(tree)
    assert certificate is not None
    return certificate


class _Gardener:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def by_counts(self, root: TreeNode, prices: NodePrices) -> None:
        choices = Counts(root.node).counts.astype(np.int64)
        nodes = [root.node.with_counts(choice) for choice in choices if self.rng.random() < 0.7]
        self._add(root, Branch("counts", nodes), prices, depth=4)

    def _grow(self, tree_node: TreeNode, prices: NodePrices, depth: int) -> None:
        if self.rng.random() < 0.5:
            factor = 1.0 + 0.01 * self.rng.standard_normal(len(prices.practice))
            tried = NodePrices(**{**prices.__dict__, "practice": prices.practice * factor})
            evaluation = Pricer(tree_node.node, prices.clusters, threads=1).evaluate(tried, 100_000, lambda: False)
            assert evaluation is not None
            tree_node.evaluations = [evaluation]
        if depth > 0:
            branch = self._branch(tree_node.node)
            self._add(tree_node, branch, _passed_on(prices, branch, len(tree_node.node.slots)), depth)

    def _add(self, tree_node: TreeNode, branch: Branch, prices: NodePrices, depth: int) -> None:
        tree_node.branch = branch
        for node in branch.children:
            child = TreeNode(node, tree_node.bound, prices)
            tree_node.children.append(child)
            self._grow(child, prices, depth - 1)

    def _branch(self, node: Node) -> Branch:
        kind, p = self.rng.integers(5), node.problem
        leads = branch_on_leads(node)
        if kind == 0 and leads is not None:
            return leads
        site = int(self.rng.integers(p.n_sites))
        if kind == 1:
            return Branch("site", node.split_site(site), site=site)
        if kind == 3:
            slots = frozenset(s for s in range(-1, len(node.slots)) if self.rng.random() < 0.5)
            most = int(self.rng.integers(p.n_sites))
            return Branch("hubs", node.split_hubs(slots, most), slots=slots, most=most)
        if kind == 2:
            slot = int(self.rng.integers(-1, len(node.slots)))
            return Branch("network", node.split_slot_of_site(site, slot), site=site, slot=slot)
        practice, sites = int(self.rng.integers(p.n_practices)), (site, int(self.rng.integers(p.n_sites)))
        return Branch("assign", node.split_practice(practice, np.array(sites)), practice=practice, sites=sites)


def _passed_on(prices: NodePrices, branch: Branch, n_slots: int) -> NodePrices:
    if branch.kind == "leads":
        return prices.split_slot(branch.slot, branch.leads, n_slots)
    return prices.with_limit() if branch.kind == "hubs" else prices


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grown_tree_rechecks(seed: int) -> None:
    check = recheck(hamlet(), grown(seed))
    assert check.tree_was_checked
    assert check.holds
    assert check.certified is not None
    assert float(check.certified) <= OPTIMUM


def test_every_kind_of_branch_has_grown() -> None:
    assert set().union(*(kinds_of(grown(seed).tree) for seed in SEEDS)) == {
        "count",
        "leads",
        "site",
        "network",
        "hubs",
        "assign",
    }


def kinds_of(case: Any) -> set[str]:
    return {case.branch.kind}.union(*map(kinds_of, case.children)) if isinstance(case, Split) else set()


@pytest.mark.parametrize("seed", SEEDS)
def test_each_price_is_written_once_and_used(seed: int) -> None:
    certificate = grown(seed)
    used = set(certificate.root).union(*(leaf.prices for leaf in certificate.leaves()))
    assert used == set(range(len(certificate.prices)))
    assert len({prices.model_dump_json() for prices in certificate.prices}) == len(certificate.prices)


def searched_then_divided(bound: float) -> Certificate:
    """A node with its networks settled, whose hubs were searched among for `bound` and whose leads were split then."""
    ascent = hamlet_ascent()
    tree = Tree(ascent.problem, ColumnPool(ascent.problem), [ascent.evaluated[-1].prices], 1, QUIET)
    tree.root.evaluations = ascent.evaluated
    choices = Counts(tree.root.node).counts
    node = tree.root.node.with_counts(choices[ascent.values.max(axis=0).argmin()].astype(np.int64))
    pricer = Pricer(node, ascent.evaluated[-1].prices.clusters, threads=1)
    evaluation = pricer.evaluate(ascent.evaluated[-1].prices, 100_000, lambda: False)
    assert evaluation is not None
    point = DualPoint(evaluation, evaluation.least(node.slots))
    listing = pricer.collect(point, OPTIMUM, 100_000, 10**9, lambda: False)
    leads = branch_on_leads(node)
    assert listing is not None
    assert leads is not None
    searched = TreeNode(node, bound, evaluation.prices, evaluations=[evaluation], branch=leads)
    searched.children = [TreeNode(child, bound, evaluation.prices) for child in leads.children]
    searched.enumerated = Enumerated(point, listing.room, len(listing.columns), bound)
    tree.root.branch, tree.root.children = Branch("counts", [node]), [searched]
    certificate = certificate_of(tree)
    assert certificate is not None
    return certificate


def test_a_case_divided_after_a_search_among_its_hubs_is_a_leaf_that_says_so() -> None:
    """Its children were closed by what that search had proven, and show nothing of it themselves."""
    certificate = searched_then_divided(PROVEN)
    assert [leaf.enumeration is not None for leaf in certificate.leaves()].count(True) == 1
    assert "leads" not in kinds_of(certificate.tree)
    check = recheck(hamlet(), certificate)
    assert check.holds
    assert check.enumerations_hold
    (redone,) = check.enumerations
    assert redone.bound is not None
    assert float(redone.bound) == pytest.approx(PROVEN, abs=0.1)


def test_it_is_divided_where_its_parts_show_as_much() -> None:
    (priced,) = (leaf.bound for leaf in searched_then_divided(PROVEN).leaves() if leaf.enumeration is not None)
    assert priced is not None
    certificate = searched_then_divided(priced - 1.0)
    assert "leads" in kinds_of(certificate.tree)
    assert all(leaf.enumeration is None for leaf in certificate.leaves())
