"""The child's side of `auto`: threads that search and threads that prove, in one process, feeding each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from solvers.auto.board import Board
from solvers.auto.params import AutoParams
from solvers.process.job import Ended, StructuredJob, stopped_by_parent
from solvers.search.run import run as run_search

ALONE_SHARE, ALONE_S = 0.1, 10.0  # of the time, and at most: search before the proof begins
ALONE_S_EACH = 0.01  # seconds of it for each practice, at most
ONE_THREAD_SHARE = 0.3  # the same where one thread does both in turn ...
LARGE = 200  # ... and there are so many practices; in proportion where there are fewer


def run(job: StructuredJob[AutoParams], emit: Callable[[object], None]) -> Ended:
    """What `worker.py` calls."""
    board = Board(job, emit)
    if job.problem.n_practices == 0 or job.problem.n_sites == 0:
        return Ended(status="nothing to group")
    with stopped_by_parent(board.stop):
        if job.threads == 1:
            _one_after_the_other(board)
        else:
            _side_by_side(board)
        return Ended(
            out_of_time=board.out_of_time,
            gap_reached=board.gap_reached,
            status=board.status,
            certificate=board.certificate,
        )


def _alone_s(board: Board) -> float:
    longest = min(ALONE_S, ALONE_S_EACH * board.job.problem.n_practices)
    limit = board.job.time_limit
    return longest if limit is None else min(longest, ALONE_SHARE * limit)


def _one_after_the_other(board: Board) -> None:
    """Search first; the proof with what it found; search again if time is left."""
    limit, large = board.job.time_limit, min(1.0, board.job.problem.n_practices / LARGE)
    share = _alone_s(board) if limit is None else max(_alone_s(board), ONE_THREAD_SHARE * large * limit)
    run_search(board.job.tuned(board.job.params.search, time_limit=share), board.take, board.is_over, board.meet)
    if not board.is_over():
        board.tree(threads=1).run()
    if limit is not None and not board.is_over():
        left, seed = limit - board.elapsed, board.job.seed + 1
        rest = board.job.tuned(board.job.params.search, time_limit=left, start=board.solution, seed=seed)
        run_search(rest, board.take, board.is_over)


def _side_by_side(board: Board) -> None:
    """Half of the threads search, the others prove; who is left goes on until the end."""
    proving = board.job.threads // 2
    failures: list[BaseException] = []

    def search() -> None:
        try:
            job = board.job.tuned(board.job.params.search, threads=board.job.threads - proving)
            run_search(job, board.take, board.is_over, board.meet)
        except BaseException as error:
            failures.append(error)
            board.stop.set()

    thread = threading.Thread(target=search, daemon=True)
    thread.start()
    until = time.monotonic() + _alone_s(board)
    while thread.is_alive() and time.monotonic() < until and not board.is_over():
        thread.join(0.05)
    if not board.is_over():
        board.tree(threads=proving).run()
    thread.join()
    if failures:
        raise failures[0]
