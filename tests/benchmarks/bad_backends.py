"""Backends that fail in every way, or end at once, registered as another package's would be; loaded in child processes
by name."""

# ruff: noqa: ARG001

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.model.backend import Capability, Limit, Outcome, Reason, Report, SolveOptions, SolverInfo
from optimizer.model.solution import Solution
from optimizer.solving.registry import check_options

if TYPE_CHECKING:
    from optimizer.model.problem import Problem

CLAIMED_TOO_HIGH = 12_345.0  # pounds a year above what the plan costs

Act = Callable[[Report, Solution | None], Outcome]


@dataclass(frozen=True)
class BadBackend:
    """`act` is all that it does; nothing of its is isolated."""

    info: SolverInfo
    act: Act

    def solve(self, problem: Problem, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        del problem
        check_options(self.info, options)
        return self.act(report, start)


COMMON = frozenset({Capability.TIME_LIMIT, Capability.SEED, Capability.THREADS, Capability.WARM_START})


def _backend(name: str, act: Act, *modules: str, can: frozenset[Capability] = COMMON) -> BadBackend:
    return BadBackend(SolverInfo(f"bad:{name}", name, modules, can, hint="there is no such thing"), act)


def _segfault(report: Report, start: Solution | None) -> Outcome:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def _raise(report: Report, start: Solution | None) -> Outcome:
    raise RuntimeError("famous last words")


def _killed(report: Report, start: Solution | None) -> Outcome:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _devour(report: Report, start: Solution | None) -> Outcome:
    taken = []
    while True:
        taken.append(bytearray(b"x") * (20 * 1024 * 1024))
        time.sleep(0.02)


def _hang(report: Report, start: Solution | None) -> Outcome:
    report.bound(1.0)
    time.sleep(1000)
    raise AssertionError


def _stop_in_time(report: Report, start: Solution | None) -> Outcome:
    reason = Reason.NO_SOLUTION if start is None else Reason.FEASIBLE
    return Outcome(reason, Limit.TIME, solution=start, native_status="stopped")


def _claim(report: Report, start: Solution | None) -> Outcome:
    return Outcome(Reason.FEASIBLE, solution=start, objective=1_022_998.52 + CLAIMED_TOO_HIGH)


def _log_and_stop(report: Report, start: Solution | None) -> Outcome:
    """Leaves a trace of having run where the test says."""
    with Path(os.environ["BAD_BACKENDS_LOG"]).open("a") as file:
        file.write("ran\n")
    return _stop_in_time(report, start)


def _first_crash(report: Report, start: Solution | None) -> Outcome:
    """Crashes the first time, and never again."""
    flag = Path(os.environ["BAD_BACKENDS_LOG"])
    if not flag.exists():
        flag.touch()
        return _segfault(report, start)
    return _stop_in_time(report, start)


crash = _backend("crash", _segfault)
error = _backend("error", _raise)
killed = _backend("killed", _killed)
devour = _backend("devour", _devour)
hang = _backend("hang", _hang)
time_limit = _backend("time", _stop_in_time)
claim = _backend("claim", _claim)
missing = _backend("missing", _stop_in_time, "nosuchmodule")
seedless = _backend("seedless", _stop_in_time, can=COMMON - {Capability.SEED})
timeless = _backend("timeless", _hang, can=COMMON - {Capability.TIME_LIMIT, Capability.SEED})
log = _backend("log", _log_and_stop)
first_crash = _backend("first_crash", _first_crash)

ENTRY_POINTS = {
    "crash": "crash",
    "error": "error",
    "killed": "killed",
    "devour": "devour",
    "hang": "hang",
    "time": "time_limit",
    "claim": "claim",
    "missing": "missing",
    "seedless": "seedless",
    "timeless": "timeless",
    "log": "log",
    "first_crash": "first_crash",
}


def install(folder: Path) -> Path:
    """Makes a folder that, on the path of modules, registers these as an installed package does."""
    distribution = folder / "bad_backends-1.0.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-backends\nVersion: 1.0\n")
    lines = [f"bad:{name} = bad_backends:{attribute}" for name, attribute in ENTRY_POINTS.items()]
    (distribution / "entry_points.txt").write_text("\n".join(["[caregroup.solvers]", *lines, ""]))
    return folder
