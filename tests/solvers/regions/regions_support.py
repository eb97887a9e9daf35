"""Instances that are cut into regions, small enough to be solved in seconds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import instances
from instances import Instance
from optimizer.construct import DEFAULTS, construct
from optimizer.model.build import build_problem
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

DATA = Path(instances.__file__).parent / "data"


@cache
def town() -> Instance:
    return Instance.read(DATA / "market_town")


@cache
def planned() -> tuple[Problem, Solution]:
    """The market town, and a plan of it that can be improved on."""
    problem = build_problem(town())
    hasty = replace(DEFAULTS, first_plan=replace(DEFAULTS.first_plan, least_proposals=0, proposals_per_practice=600))
    plan = construct(problem, seed=2, time_limit=60.0, most_runs=1, params=hasty)
    assert plan is not None
    return problem, plan
