"""The child's side of `auto`: threads that search and threads that prove, in one process, feeding each other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from solvers.auto.board import Board
from solvers.auto.params import AutoParams
from solvers.process.job import Ended, StructuredJob, stopped_by_parent
from solvers.search.run import run as run_search


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
    alone = board.job.params.alone
    longest = min(alone.most_s, alone.most_s_each * board.job.problem.n_practices)
    limit = board.job.time_limit
    return longest if limit is None else min(longest, alone.share * limit)


def _one_after_the_other(board: Board) -> None:
    """Search first; the proof with what it found; search again if time is left."""
    limit, alone = board.job.time_limit, board.job.params.alone
    large = min(1.0, board.job.problem.n_practices / alone.large)
    share = _alone_s(board) if limit is None else max(_alone_s(board), alone.one_thread_share * large * limit)
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
