"""What the two sides of `auto` give each other: plans, bounds, and hubs to begin from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.columns import Column
from optimizer.model.solution import Solution
from solvers.auto.params import AutoParams
from solvers.auto.solve_part import solve_part
from solvers.columns.compact_end import solve_whole
from solvers.columns.exchange import as_plan, columns_of_hubs
from solvers.columns.recorder import Recorder, Resumed
from solvers.columns.run import make_tree
from solvers.columns.surroundings import Surroundings
from solvers.columns.tree import Tree
from solvers.process.incumbent import Incumbent
from solvers.process.job import Phase, StructuredJob
from solvers.search.pool import HubPool
from solvers.search.run import share_states
from solvers.search.shared import Shared
from solvers.search.states import States


@dataclass
class Sides:
    """Safe to use from any thread."""

    job: StructuredJob[AutoParams]
    incumbent: Incumbent
    searched: Shared | None = None  # the search's own plans and hubs
    no_plan: bool = False  # HiGHS has proven that there is none

    def __post_init__(self) -> None:
        job, incumbent = self.job, self.incumbent
        self.resumed = Resumed.of(job, job.params.search.pool)
        self.states = States(incumbent.emit, job.keeps_states)
        self.recorder = Recorder(incumbent, self.states, job.time_limit)
        if self.resumed.hubs:
            self.states.pool = HubPool(job.problem, job.params.search.pool)
            self.states.pool.add_priced(self.resumed.hubs)

    def meet(self, searched: Shared) -> None:
        """The search has begun."""
        share_states(searched, self.states, self.resumed.hubs)
        self.searched = searched
        problem = self.job.problem
        if not problem.n_candidates:
            searched.by_columns = lambda plan, region, deadline: solve_part(
                problem, plan, region, searched.pool.hubs(), deadline, self.incumbent.is_over, self.job.params
            )

    @property
    def around(self) -> Surroundings:
        """Of the proofs."""
        incumbent = self.incumbent
        return Surroundings(
            incumbent=lambda: incumbent.objective,
            is_over=self.recorder.is_over,
            on_bound=incumbent.take_bound,
            on_solution=self.offer,
            on_columns=self.share_columns,
            on_guide=self.share_guide,
            on_sketch=self.share_sketch,
            deadline=incumbent.deadline,
            plan=lambda: incumbent.solution,
            on_step=self.recorder.step,
        )

    def tree(self, threads: int) -> Tree:
        """Branch and bound that begins with the search's hubs, or those of an earlier run, and where that was."""
        columns = columns_of_hubs(self.job.problem, self.resumed.hubs)
        params = self.job.params.columns
        plan = self.incumbent.solution
        tree = make_tree(self.job.problem, plan, columns, threads, self.around, params=params)
        self.recorder.tree = tree
        self.resumed.restore(tree, self.recorder)
        return tree

    @property
    def has_small_model(self) -> bool:
        """Whether HiGHS may settle the compact model as soon as branch and price."""
        problem = self.job.problem
        return not problem.n_candidates and len(problem.reach) <= self.job.params.compact_pairs

    def prove(self, threads: int, phase: str, share: float = 1.0) -> None:
        """The tree, and HiGHS on what it leaves open for a share of the time that is left, unless it is at it."""
        tree = self.recorder.tree or self.tree(threads)
        if self.searched is not None:
            for column in columns_of_hubs(self.job.problem, self.searched.pool.hubs()):
                tree.pool.add(column)
        self.incumbent.emit(Phase(phase))
        finished = tree.run()
        if finished and not self.incumbent.is_over() and not self.has_small_model:
            self.compact(share * self.incumbent.time_left)

    def compact(self, most_s: float = np.inf) -> None:
        """HiGHS on the compact model from the best plan, until it is settled or over: plans and bounds."""
        self.no_plan = solve_whole(self.job.problem, self.around, most_s)
        if self.no_plan:
            self.incumbent.stop.set()  # the search need not go on

    def offer(self, solution: Solution) -> bool:
        """A solution of the proof's side; whether it keeps every rule."""
        plan = as_plan(self.job.problem, solution)
        if plan is None:
            return False
        found = self.incumbent.found(plan)
        self.incumbent.take(found, "the proof")
        if self.searched is not None:
            self.searched.learn(found)
        return True

    def share_columns(self, columns: list[Column]) -> None:
        """Hubs that masters use, for the search to recombine."""
        if self.searched is not None:
            self.searched.pool.add_hubs((c.site, np.array(c.members, dtype=np.int64)) for c in columns)

    def share_guide(self, with_pair: FloatArray) -> None:
        """What a node's plans with each pair cost at least, for the search's exact neighbourhoods."""
        if self.searched is not None:
            self.searched.guides.append(with_pair)

    def share_sketch(self, sketch: Solution) -> None:
        """What a node's optimum is near to, for the search to begin a run from."""
        if self.searched is not None:
            self.searched.sketches.append(sketch)
