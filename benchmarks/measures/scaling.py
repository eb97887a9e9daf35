"""How long a batch takes on more workers than there are here: its measured runs, handed out as a pool does it; and one
solve, by Amdahl's law."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass


def makespan(seconds: Sequence[float], workers: int) -> float:
    """Seconds until the last run ends, each begun in its order as soon as a worker is free (list scheduling)."""
    free = [0.0] * workers
    for each in seconds:
        heapq.heapreplace(free, free[0] + each)
    return max(free)


@dataclass(frozen=True)
class BatchTimes:
    """Measured seconds of a batch."""

    runs: tuple[float, ...]  # of each solve, in their order
    overhead_s: float  # of each run beside its solve: a process that starts and imports, the files of the plan
    serial_s: float  # what no worker shortens: the command's start, reading, the table

    @classmethod
    def of(cls, runs: Sequence[float], one_worker_s: float, serial_s: float) -> BatchTimes:
        """From the wall clock with one worker, of which the solves and the serial part leave the overhead."""
        beside = one_worker_s - serial_s - sum(runs)
        return cls(tuple(runs), max(0.0, beside / len(runs)), serial_s)

    def wall_s(self, workers: int) -> float:
        """Modelled, as if workers did not disturb each other."""
        return self.serial_s + makespan([run + self.overhead_s for run in self.runs], workers)

    def speed_up(self, workers: int) -> float:
        """Against one worker."""
        return self.wall_s(1) / self.wall_s(workers)


@dataclass(frozen=True)
class SolveTimes:
    """Seconds of one solve: those that more workers share, and those that they do not (Amdahl, AFIPS 1967)."""

    serial_s: float
    shared_s: float

    @classmethod
    def of(cls, one_worker_s: float, measured_s: float, workers: int) -> SolveTimes:
        """From the seconds with one worker and with more, at least two; none is shared where more took no less."""
        shared = (one_worker_s - measured_s) / (1 - 1 / workers)
        shared = min(max(0.0, shared), one_worker_s)
        return cls(one_worker_s - shared, shared)

    def wall_s(self, workers: int) -> float:
        """Modelled, as if pieces of work never ran out and workers did not disturb each other."""
        return self.serial_s + self.shared_s / workers
