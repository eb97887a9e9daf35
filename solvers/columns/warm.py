"""Compiles the kernels of pricing ahead of a solve, in a process of its own beside whatever else is done meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from optimizer.model.backend import Ending
from optimizer.model.compiling import are_compiled, set_compiled
from optimizer.model.problem import Problem
from solvers.process.isolation import run_isolated

KERNELS = Path(__file__).parent / "kernels"


def prepare(problem: Problem) -> Callable[[], None] | None:
    """Begins to compile, and returns what waits for the end; None where this machine has compiled before."""
    if are_compiled(KERNELS) or problem.n_practices == 0 or problem.n_sites == 0:
        return None

    def run() -> None:
        with suppress(OSError):  # no room for its process: the solve will say so, or compile itself
            end = run_isolated("solvers.columns.warm:compile_kernels", problem, on_event=lambda _: None)
            if end.ending is Ending.COMPLETED:
                set_compiled(KERNELS)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread.join


def compile_kernels(problem: Problem, emit: Callable[[object], None]) -> None:
    """Prices a problem once; what `worker.py` calls."""
    from solvers.columns.clusters import one_a_slot
    from solvers.columns.lagrangian import DualPoint, Pricer
    from solvers.columns.node import root_node
    from solvers.columns.prices import no_prices

    del emit
    node = root_node(problem)
    clusters = one_a_slot(node)
    pricer = Pricer(node, clusters, threads=1)
    evaluation = pricer.evaluate(no_prices(problem, np.zeros(problem.n_practices), clusters), 1, lambda: False)
    if evaluation is not None:
        point = DualPoint(evaluation, evaluation.constant)
        pricer.collect(point, point.value, most=1, most_nodes=1, is_over=lambda: False)
        pricer.least_with_pair(point)
