"""One capacitated p-median by spopt's PMedian: `python spopt_child.py TASK.json ANSWER.json`.

Runs with spopt's own environment, so that it imports nothing of caregroup. The task: cost [n][n], demand [n],
capacity [n], p, solver, time_limit_s, threads, seed, rel_gap, log. The answer: see `main`.

PMedian weighs costs with the demand that loads the facilities, while the literature's costs are unweighted. It is
given cost / demand, so that its objective is the literature's (within rounding); a node without demand cannot be told.
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pulp
from spopt.locate import PMedian

LOWER_BOUND = re.compile(r"^Lower bound:\s+(\S+)", re.MULTILINE)
BEST_POSSIBLE = re.compile(r"best possible (-?[0-9][-+.0-9e]*)")


def main(task_file: Path, answer_file: Path) -> None:
    """Solve and write the answer: homes (a median for each node) or null, opened, objective and bound as claimed."""
    task = json.loads(task_file.read_text())
    began = time.monotonic()
    demand, cost = np.array(task["demand"], dtype=float), np.array(task["cost"])
    model = PMedian.from_cost_matrix(
        cost / demand[:, None], demand, p_facilities=task["p"], facility_capacities=np.array(task["capacity"])
    )
    build_s = time.monotonic() - began
    message = ""
    try:
        model.solve(solver(task, task["time_limit_s"] - build_s))
    except RuntimeError as error:  # spopt's way of saying that PuLP's status is not "Optimal", which a limit can be
        message = str(error).splitlines()[0]
    total_s = time.monotonic() - began
    answer = {
        "message": message,
        "status": pulp.LpStatus[model.problem.status],
        "solution_status": pulp.LpSolution[model.problem.sol_status],
        "build_s": build_s,
        "solve_s": total_s - build_s,
        "total_s": total_s,
        "versions": {name: version(name) for name in ("spopt", "pulp", "highspy")},
        "objective": None if message else float(pulp.value(model.problem.objective)),
        "homes": None if message else assigned(model),
        "opened": None if message else [j for j, y in enumerate(model.fac_vars) if y.value() > 0.5],
        "bound": bound(model.problem, task),
    }
    part = answer_file.with_suffix(".part")
    part.write_text(json.dumps(answer))
    part.replace(answer_file)


def solver(task: dict[str, Any], time_s: float) -> Any:
    """PuLP's, with the limits of the task."""
    common = {"msg": False, "timeLimit": max(time_s, 0.1), "threads": task["threads"], "gapRel": task["rel_gap"]}
    if task["solver"] == "highs":
        return pulp.HiGHS(**common, random_seed=task["seed"])
    seeds = [f"randomCbcSeed {task['seed']}", f"randomSeed {task['seed']}"]
    return pulp.PULP_CBC_CMD(**common, logPath=task["log"], options=seeds)


def assigned(model: Any) -> list[int]:
    """The median of each node: where its variable is nearest to 1."""
    return [int(np.argmax([z.value() for z in row])) for row in model.cli_assgn_vars]


def bound(problem: Any, task: dict[str, Any]) -> float | None:
    """The proven lower bound, which neither spopt nor PuLP hands over: from HiGHS itself, from CBC's log."""
    if task["solver"] == "highs":
        value = float(problem.solverModel.getInfo().mip_dual_bound)
        return value if np.isfinite(value) else None
    log = Path(task["log"]).read_text(errors="replace")
    printed = [float(text) for text in (*LOWER_BOUND.findall(log), *BEST_POSSIBLE.findall(log))]
    found = [value - 0.0005 - 1e-7 * abs(value) for value in printed]  # of three decimals or eight digits
    if problem.sol_status == pulp.LpSolutionOptimal:
        objective = float(pulp.value(problem.objective))
        found.append(objective - task["rel_gap"] * abs(objective))
    return max(found, default=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
