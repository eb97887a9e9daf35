"""Rows of set partitioning that are read from the records of rules: a new total needs nothing in the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import instances
from instances import Instance
from optimizer.construct import construct
from optimizer.model.arrays import NONE
from optimizer.model.build import build_problem
from optimizer.model.columns import Columns
from optimizer.model.outside import Ways
from optimizer.model.problem import Problem
from optimizer.model.sums import Sum, Total
from optimizer.rules import RULES, Rule
from solvers.columns.entries import PATIENTS, PRICED
from solvers.columns.further_rows import FurtherRows
from solvers.columns.node import Node, root_node
from solvers.columns.pool import columns_of

DATA = Path(instances.__file__).parent / "data"
HIGH = 1e9


def everything(p: Problem) -> Sum:
    """A sum in which all that a plan is made of counts for something."""
    return Sum(
        p,
        hubs=np.arange(p.n_sites) + 1.0,
        networks=np.arange(p.n_models) + 2.0,
        networked=np.arange(p.n_models) + 0.5,
        moved=np.arange(p.n_practices) + 0.25,
        hires=np.arange(p.n_roles) + 3.0,
    )


def totals(p: Problem) -> Iterator[Total]:
    yield Total("plan", everything(p), high=HIGH)
    yield Total("plan", everything(p))  # without limits: no row


def node_and_columns() -> tuple[Node, Columns, np.ndarray]:
    """Of a plan of market_town, its numbers of networks fixed."""
    problem = build_problem(Instance.read(DATA / "market_town"))
    plan = construct(problem, seed=1, time_limit=60.0)
    assert plan is not None
    networks = np.unique(plan.network_of[plan.network_of >= 0])
    counts = np.bincount(problem.candidates.model[networks], minlength=problem.n_models)
    columns = Columns.of(problem, columns_of(problem, plan))
    slot = np.where(columns.model >= 0, columns.model, problem.n_models)
    return root_node(problem).with_counts(counts), columns, slot


def test_a_new_total_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    node, columns, slot = node_and_columns()
    p, alone = node.problem, np.array([1, 3])
    outside = Ways(alone, np.full(2, NONE), np.zeros(2))
    before = FurtherRows(node, columns, slot, outside)
    monkeypatch.setattr("solvers.columns.further_rows.RULES", (*RULES, Rule("made up", totals=totals)))
    after = FurtherRows(node, columns, slot, outside)
    assert after.count == before.count + 1
    sum_, s = everything(p), len(node.slots)
    hubs = sum_.of_columns(columns) * PATIENTS
    hires = np.tile(sum_.hires, s) * PATIENTS
    expected = np.concatenate([hubs, sum_.moved[alone] * PATIENTS, np.zeros(2 * s), hires])
    np.testing.assert_allclose(after.matrix.toarray()[-1], expected, rtol=1e-12)
    networks = np.array([slot.high for slot in node.slots])
    assert after.upper[-1] == pytest.approx((HIGH - sum_.networks @ networks) * PATIENTS)
    assert after.lower[-1] == -np.inf


def test_what_the_master_prices_is_a_rule_with_totals() -> None:
    p = node_and_columns()[0].problem
    named = {rule.name for rule in RULES if tuple(rule.totals(p))}
    assert named >= PRICED
