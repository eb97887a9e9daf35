"""The child's side of `auto`: threads that search and threads that prove, in one process, feeding each other."""

from __future__ import annotations

import math
import threading
import time

from optimizer.model.backend import Limit
from solvers.auto.params import AutoParams
from solvers.auto.sides import Sides
from solvers.process.incumbent import Emit, Incumbent
from solvers.process.job import Ended, Phase, StructuredJob, stopped_by_parent
from solvers.search.run import search

STATUS = {Limit.TIME: "time limit", Limit.GAP: "gap reached", None: "nothing left to do"}


def run(job: StructuredJob[AutoParams], emit: Emit) -> Ended:
    """What `worker.py` calls."""
    job = job.begun()
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    sides = Sides(job, Incumbent.of(job, emit))
    with stopped_by_parent(sides.incumbent.stop):
        if job.threads == 1:
            _one_after_the_other(sides)
        else:
            _side_by_side(sides)
        limit = sides.incumbent.limit
        sides.recorder.certify()
        warnings = sides.resumed.warnings
        return Ended(limit=limit, status=STATUS[limit], no_plan=sides.no_plan, warnings=warnings)


def _alone_s(job: StructuredJob[AutoParams]) -> float:
    alone = job.params.alone
    longest = min(alone.most_s, alone.most_s_each * job.problem.n_practices)
    return longest if job.time_limit is None else min(longest, alone.share * job.time_limit)


def _one_after_the_other(sides: Sides) -> None:
    """Search first; the proof with what it found; search again if time is left."""
    job, incumbent, alone = sides.job, sides.incumbent, sides.job.params.alone
    share, large = _alone_s(job), min(1.0, job.problem.n_practices / alone.large)
    if job.time_limit is not None:
        share = max(share, alone.one_thread_share * large * job.time_limit)
    if sides.resumed.has_tree:
        sides.tree(threads=1)
    incumbent.emit(Phase("searching"))
    search(job.tuned(job.params.search, time_limit=share), incumbent, sides.meet)
    if not incumbent.is_over():
        sides.prove(threads=1, phase="proving", share=alone.after_tree)
    incumbent.emit(Phase("searching"))
    if math.isfinite(incumbent.deadline) and not incumbent.is_over():
        search(job.tuned(job.params.search, time_limit=incumbent.time_left, seed=job.seed + 1), incumbent)


def _side_by_side(sides: Sides) -> None:
    """Half of the threads search, the others prove; who is left goes on until the end.

    Where the compact model is small, the search ends when the proof begins, and HiGHS takes its place.
    """
    job, incumbent, alone_s = sides.job, sides.incumbent, _alone_s(sides.job)
    proving = job.threads // 2
    failures: list[BaseException] = []

    def searching() -> None:
        try:
            limit = alone_s if sides.has_small_model else job.time_limit
            searched = job.tuned(job.params.search, threads=job.threads - proving, time_limit=limit)
            search(searched, incumbent, sides.meet)
            if sides.has_small_model and not incumbent.is_over():
                sides.compact()
        except BaseException as error:
            failures.append(error)
            incumbent.stop.set()

    thread = threading.Thread(target=searching, daemon=True)
    thread.start()
    incumbent.emit(Phase("searching"))
    until = time.monotonic() + (0.0 if sides.resumed.has_tree else alone_s)
    while thread.is_alive() and time.monotonic() < until and not incumbent.is_over():
        thread.join(0.05)
    if not incumbent.is_over():
        sides.prove(threads=proving, phase="searching and proving")
    thread.join()
    if failures:
        raise failures[0]
