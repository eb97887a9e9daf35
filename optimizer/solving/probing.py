"""Tries every backend on a small problem, a few at a time, and tells of each as it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Thread

from optimizer.construct import compile_kernels
from optimizer.model.backend import Prepares, SolverError
from optimizer.model.compiling import are_compiled
from optimizer.model.problem import Problem
from optimizer.solving import registry
from optimizer.solving.registry import ProbeResult

MOST_AT_ONCE = 4  # each is a process with a solver's library, some 250 MB
PATIENCE_S = 60.0  # three times the time limit of a trial: a busy machine is slow to start processes
_LOOK_S = 0.1


def compile_once(problem: Problem, backends: Sequence[str], say: Callable[[str], None]) -> None:
    """What is compiled once on a machine, so that no trial is charged for it; `say` tells of it where there is any."""
    waits = [wait for backend_id in backends if (wait := _prepare(backend_id, problem)) is not None]
    if are_compiled() and not waits:
        return
    say("Compiling, once on this machine: about half a minute ...")
    compile_kernels(problem)
    for wait in waits:
        wait()


def _prepare(backend_id: str, problem: Problem) -> Callable[[], None] | None:
    try:
        backend = registry.load(backend_id)
    except SolverError:  # the trial says so
        return None
    ready = isinstance(backend, Prepares) and registry.availability(backend.info) is None
    return backend.prepare(problem) if ready and isinstance(backend, Prepares) else None


def probe_all(
    backends: Sequence[str], problem: Problem, *, at_once: int | None = None, patience_s: float = PATIENCE_S
) -> Iterator[ProbeResult]:
    """The result of each trial as it is there; one that takes longer than `patience_s` is given up: it does not work.

    `at_once`: how many are under way; None = one a core, four at most.
    A trial runs in a thread that nobody waits for at the end, so that one that hangs holds up neither the others nor
    the caller.
    """
    at_once = at_once or min(MOST_AT_ONCE, os.cpu_count() or 1)
    waiting = list(reversed(backends))
    began: dict[str, float] = {}
    ended: SimpleQueue[tuple[str, ProbeResult]] = SimpleQueue()

    def try_it(backend_id: str) -> None:
        try:
            result = registry.probe(backend_id, problem)
        except BaseException as error:  # such as SystemExit, which would end the thread without a word
            result = ProbeResult(backend_id, backend_id, False, f"{type(error).__name__}: {error}")
        ended.put((backend_id, result))

    while waiting or began:
        while waiting and len(began) < at_once:
            backend_id = waiting.pop()
            began[backend_id] = time.monotonic()
            Thread(target=try_it, args=(backend_id,), daemon=True).start()
        try:
            backend_id, result = ended.get(timeout=_LOOK_S)
        except Empty:
            for backend_id in [name for name, at in began.items() if time.monotonic() - at > patience_s]:
                seconds = time.monotonic() - began.pop(backend_id)
                said = f"no answer in {patience_s:g} s: given up"
                yield ProbeResult(backend_id, backend_id, False, said, seconds=seconds)
        else:
            if began.pop(backend_id, None) is not None:  # not given up before
                yield result
