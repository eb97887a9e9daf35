"""What would be lost with the process of a proof, handed over while it goes on: certificates of its bound, states."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optimizer.solving.checkpoint import TOLERANCE, wait_s
from solvers.columns.certificate import certificate_of
from solvers.columns.saved_tree import restore_tree, saved_tree
from solvers.columns.tree import Tree
from solvers.process.incumbent import Incumbent
from solvers.process.job import Certified, Phase, StructuredJob
from solvers.process.state import Arrays, UnusableState, numbers
from solvers.search.params import PoolParams
from solvers.search.pool import PooledHub
from solvers.search.states import States, read, restored, unusable

CERTIFY_S = 20.0  # between two certificates, less at first, and ...
COST_SHARE = 0.02  # ... of the time for making them, at most; the same of trees for states
RESERVE = 1.5  # times what the last certificate took is kept for the last one
MOST_RESERVED = 0.1  # of the job's time


@dataclass
class Recorder:
    """Of one proof, called from its thread. `states` are told of its tree, too."""

    incumbent: Incumbent
    states: States
    time_limit: float | None = None  # seconds of the job
    tree: Tree | None = None
    reserved_s: float = 0.0  # before the time limit, for the last certificate
    _certified: float = -np.inf  # bound of the tree at the last one
    _claimed: float = -np.inf  # by the last one
    _next_certificate: float = -np.inf  # time.monotonic()
    _next_tree: float = -np.inf

    def __post_init__(self) -> None:
        self._began = time.monotonic()

    def is_over(self) -> bool:
        """Whether the proof is: in time for the last certificate."""
        return self.incumbent.is_over() or self.incumbent.time_left <= self.reserved_s

    def step(self) -> None:
        """Between two steps of the tree."""
        now = time.monotonic()
        if now >= self._next_certificate:
            self.certify()
        if self.states.is_due and now >= self._next_tree:
            self._tell_state()

    def certify(self) -> None:
        """If the bound has risen since the last time."""
        tree, began = self.tree, time.monotonic()
        if tree is None or not tree.bound > self._certified:
            return
        self._certified = tree.bound
        certificate = certificate_of(tree)
        if certificate is not None:
            bound = certificate.bound if certificate.enumerated_bound is None else certificate.enumerated_bound
            if bound > self._claimed:  # a node that is begun anew shows less for a while
                self._claimed = bound
                self.incumbent.emit(Certified(certificate.to_json(), bound))
        now = time.monotonic()
        most = np.inf if self.time_limit is None else MOST_RESERVED * self.time_limit
        self.reserved_s = min(RESERVE * (now - began), most)
        wait = min(CERTIFY_S, wait_s(now - self._began))
        self._next_certificate = now + max(wait, (now - began) / COST_SHARE)

    def _tell_state(self) -> None:
        assert self.tree is not None
        began = time.monotonic()
        arrays, bound = saved_tree(self.tree)
        bound = min(bound, self.incumbent.objective)
        if np.isfinite(bound) and (self.states.bound is None or bound >= self.states.bound - TOLERANCE * abs(bound)):
            self.states.proof, self.states.bound = {**arrays, "tree.bound": np.array([bound])}, bound
        self.states.tell()
        now = time.monotonic()
        self._next_tree = now + (now - began) / COST_SHARE


@dataclass
class Resumed:
    """What a job goes on from: hubs and the arrays of a tree, nothing where it begins."""

    hubs: list[PooledHub] = field(default_factory=list)
    arrays: Arrays = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, job: StructuredJob[Any], params: PoolParams) -> Resumed:
        arrays, warnings = read(job.state)
        try:
            hubs = restored(job.problem, arrays, params) if arrays else []
        except UnusableState as error:
            return cls(warnings=(unusable(error),))
        return cls(hubs, arrays, warnings)

    @property
    def has_tree(self) -> bool:
        return "tree.kind" in self.arrays

    def restore(self, tree: Tree, recorder: Recorder) -> None:
        """Prove the saved tree's bounds again; what was saved is told as the state until then."""
        if not self.has_tree:
            return
        states = recorder.states
        recorder.incumbent.emit(Phase("proving the checkpoint's bound again"))
        try:
            states.bound = float(numbers(self.arrays, "tree.bound", 1)[0])
            states.proof = {name: array for name, array in self.arrays.items() if not name.startswith("pool.")}
            restore_tree(tree, self.arrays, recorder.is_over)
        except UnusableState as error:
            states.proof, states.bound = {}, None
            self.warnings = (*self.warnings, unusable(error))
