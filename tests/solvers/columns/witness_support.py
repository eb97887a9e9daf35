"""Proofs that are watched with a known plan, from handicapped starts and without a clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sources import AreaSource, LiteratureSource
from instances import InputError, Instance
from optimizer.construct import construct
from optimizer.model.build import build_problem
from optimizer.model.objective import objective
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution
from solvers.columns.exchange import as_plan
from solvers.columns.params import DEFAULT, ColumnsParams
from solvers.columns.run import make_tree
from solvers.columns.surroundings import Surroundings
from solvers.columns.tree import Tree, TreeNode, best_first
from solvers.columns.witness import Witness
from solvers.process.job import Found, StructuredJob
from solvers.search.params import SearchParams
from solvers.search.run import run

SEARCH_S = 20.0
AREAS = ("Cornwall", "Northamptonshire", "Shropshire", "Birmingham")
PUBLIC = {"sjc": ("SJC2",), "stefanello": ("lin318_015",)}

Order = Callable[[TreeNode], tuple[float, int]]


@dataclass(frozen=True)
class Start:
    """How a proof begins: the incumbent that much above the witness; looks at the clock until it is told to end."""

    handicap: float  # relative
    seed: int = 1
    order: str = "best first"
    threads: int = 1
    looks: int = 4_000
    hubs_of_witness: bool = False  # whether the first master has its hubs

    def __str__(self) -> str:
        return f"{self.handicap:.2%} above, seed {self.seed}, {self.order}, {self.threads} threads"


@dataclass
class Told:
    """What a watched proof said."""

    incumbent: float
    bounds: list[float] = field(default_factory=list)
    looks: int = 0


def shuffled(by: float) -> Order:
    """An order that has nothing to do with bounds, the same in every run."""
    return lambda tree_node: ((tree_node.made * by) % 1.0, tree_node.made)


ORDERS: dict[str, Order] = {"best first": best_first, "shuffled": shuffled(0.618034), "otherwise": shuffled(0.414214)}


def prove(problem: Problem, plan: Solution, start: Start, params: ColumnsParams = DEFAULT) -> tuple[Told, Tree]:
    """Run a proof with the plan as witness. Raises `Lost` where a step loses it."""
    witness = Witness(problem, plan)
    told = Told(witness.cost * (1.0 + start.handicap))

    def offer(solution: Solution) -> bool:
        kept = as_plan(problem, solution)
        if kept is None:
            return False
        told.incumbent = min(told.incumbent, objective(problem, kept))
        return True

    def is_over() -> bool:
        told.looks += 1
        return told.looks > start.looks

    around = Surroundings(
        incumbent=lambda: told.incumbent,
        is_over=is_over,
        on_bound=told.bounds.append,
        on_solution=offer,
        on_columns=lambda _: None,
        on_guide=lambda _: None,
        deadline=np.inf,
        watch=witness,
    )
    first = plan if start.hubs_of_witness else construct(problem, seed=start.seed, time_limit=60.0, most_runs=1)
    tree = make_tree(problem, first, [], start.threads, around, ORDERS[start.order], params)
    tree.run()
    witness.told(tree.bound)
    return told, tree


# --- problems and plans -----------------------------------------------------------------------------------------------


def lonely(n: int) -> Instance:
    """`n` practices, two too many for a hub, at premises of their own or at three hospitals; the fund binds."""
    rng = random.Random(n)
    practices = [
        {
            "id": f"p{k}",
            "patients": rng.randrange(11_000, 13_000),
            "x_km": round(rng.uniform(0, 6), 2),
            "y_km": round(rng.uniform(0, 6), 2),
            "current_group": f"G{k}",
            "hub_setup_cost": rng.randrange(40_000, 160_000),
        }
        for k in range(n)
    ]
    hospitals = [{"id": f"h{k}", "kind": "community", "x_km": 2.0 * k, "y_km": 3.0} for k in range(3)]
    model = {"id": "M", "lead": "community", "min": 12_000, "target_min": 12_000, "target_max": 2_000_000}
    policy = {"coverage_min": 0, "dividend_per_patient": 0.1, "independent_max_patients": 20_000}
    return Instance.model_validate(
        {
            "name": "lonely",
            "practices": practices,
            "hospitals": hospitals,
            "hub": {"min": 5_000, "target_min": 5_000, "target_max": 15_000, "max": 20_000, "running_cost": 1_000},
            "role": [],
            "care_model": [{**model, "max": 2_000_000, "running_cost": 1_000, "setup_cost": 0, "cost_per_hub_km": 0}],
            "policy": {**policy, "independent_price_per_patient": 1.0, "transformation_fund": 60_000 * n},
            "travel": {"cost_per_patient_km": 0.01},
            "disruption": {"cost_per_practice": 0, "cost_per_patient": 0.05},
        }
    )


@cache
def real(name: str) -> tuple[Problem, Solution]:
    """A real area by part of its board's name, or a file of the literature; with a good plan, by searching for it."""
    folder = next((folder for folder, names in PUBLIC.items() if name in names), None)
    if folder is None:
        instance = _only(AreaSource(source="area", names=(name,)))
    else:
        files = (f"{folder}/{name}.*",)
        instance = _only(LiteratureSource(source="literature", format="cpmp", family=folder, files=files))
    problem = build_problem(instance)
    found: list[object] = []
    run(StructuredJob(problem, time_limit=SEARCH_S, threads=2, seed=1, params=SearchParams()), found.append)
    return problem, next(event.solution for event in reversed(found) if isinstance(event, Found))


def _only(source: AreaSource | LiteratureSource) -> Instance:
    try:
        (case,) = source.cases(Path())
    except InputError as missing:
        pytest.skip(str(missing))
    return case.make()
