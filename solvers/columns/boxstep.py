"""Improves the bound step by step: master, pricing, a step of the box's centre; then leaf by leaf of network counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.backend import Solution
from optimizer.pairs import FloatArray
from optimizer.problem import Problem
from solvers.columns.lagrangian import Leaves, Pricer
from solvers.columns.master import Master
from solvers.columns.pool import Pool, columns_of

FIRST_WIDTH, LEAST_WIDTH, MOST_WIDTH = 2.0, 0.05, 200.0  # of the box, pounds per patient
WIDER, NARROWER = 1.5, 0.6
FIRST_NODES, MOST_NODES = 200_000, 5_000_000  # of a depth-first search
CLOSE = 1e-5  # relative: a leaf whose master is this near to its bound is finished
FREE_CLOSE = 2e-3  # the same while the counts are still free
SAFETY = 1e-9  # relative; what floating-point sums can have lost


class Boxstep:
    """The state of the dual ascent of one problem."""

    def __init__(self, problem: Problem, start: Solution | None, threads: int) -> None:
        self.problem = problem
        self.pricer = Pricer(problem, threads)
        self.master = Master(Pool(problem, self.pricer.layout))
        self.leaves = Leaves(problem)
        self.leaf: int | None = None  # counts fixed in the master; None = free
        self.patients = np.maximum(1, problem.practices.patients)
        self.centre = self._first_centre(start)
        self.width = FIRST_WIDTH * self.patients
        self.centre_bound = -np.inf
        self.nodes = FIRST_NODES

    def _first_centre(self, start: Solution | None) -> FloatArray:
        """Every hub of the start shared out over its patients."""
        centre = np.zeros(self.problem.n_practices)
        for column in [] if start is None else columns_of(self.problem, start):
            self.master.add(column)
            cost, patients, _ = self.master.pool.price(column)
            members = np.array(column.members)
            centre[members] = cost * self.problem.practices.patients[members] / max(1, patients)
        return centre

    @property
    def bound(self) -> float:
        """Proven lower bound, pounds a year; -inf before the first step."""
        best = self.leaves.bound
        return best - SAFETY * abs(best) if np.isfinite(best) else best

    def run(self, is_over: Callable[[], bool], on_bound: Callable[[float], None]) -> bool:
        """Steps until the bound cannot rise (True) or `is_over()` (False)."""
        told, finished = -np.inf, False
        while not finished and not is_over():
            finished = self._step(is_over)
            if self.bound > told:
                told = self.bound
                on_bound(told)
        return finished

    def _step(self, is_over: Callable[[], bool]) -> bool:
        """One master, one pricing. Whether everything is finished."""
        prices = self.master.solve(self.centre, self.width)
        if prices is None:
            return True
        evaluation = self.pricer.evaluate(prices, self.nodes, is_over)
        if evaluation is None:
            return False
        self.leaves.update(evaluation)
        added = sum(self.master.add(column) for column in evaluation.columns)
        constant = self.problem.network.dividend * self.problem.total_patients
        value = self._value(evaluation.constant, evaluation.slope)
        self._move(prices.practice, value, prices.objective + constant, added, prices.boxed)
        near = prices.objective + constant - value
        scale = max(1.0, abs(value))
        finished = added == 0 and prices.boxed < 1e-7 and near <= CLOSE * scale
        if self.leaf is None:
            return (finished or near <= FREE_CLOSE * scale) and self._next_leaf()
        if finished:
            self.leaves.closed[self.leaf] = True
        return (finished or self.leaves.weakest != self.leaf) and self._next_leaf()

    def _value(self, constant: float, slope: FloatArray) -> float:
        """The bound of an evaluation for what the master holds fixed."""
        if self.leaf is not None:
            return constant + float(self.leaves.counts[self.leaf] @ slope)
        return constant + float((self.leaves.counts @ slope).min(initial=np.inf))

    def _move(self, practice: FloatArray, value: float, master: float, added: int, boxed: float) -> None:
        """A serious step moves the centre and widens the box; a null step narrows it."""
        if value > self.centre_bound:
            self.centre, self.centre_bound = practice, value
            self.width = np.minimum(self.width * WIDER, MOST_WIDTH * self.patients)
            return
        if added == 0:
            if master - value > CLOSE * abs(value):
                self.nodes = min(self.nodes * 5, MOST_NODES)
            if boxed > 0:
                self.width = np.minimum(self.width * WIDER, MOST_WIDTH * self.patients)
            return
        self.width = np.maximum(self.width * NARROWER, LEAST_WIDTH * self.patients)

    def _next_leaf(self) -> bool:
        """Turn to the weakest choice of counts; whether that is finished already."""
        weakest = self.leaves.weakest
        if self.leaves.closed[weakest] or not self.leaves.enumerated:
            return True
        self.leaf = weakest
        self.master.fix_networks(self.leaves.counts[weakest])
        self.centre_bound = -np.inf
        self.width = np.maximum(self.width, FIRST_WIDTH / 4 * self.patients)
        return False
