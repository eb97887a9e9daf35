"""Backends of another package that do what nobody should to the process they are in; registered as such a package
would register them."""

# ruff: noqa: ARG001, ARG002

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.model.backend import (
    Capability,
    Outcome,
    Reason,
    Report,
    SolveOptions,
    SolverError,
    SolverInfo,
    UnsupportedOption,
)
from optimizer.model.solution import Solution
from solvers.mip.highs import INFO
from solvers.mip.solver import MipSolver

CHILD = "CAREGROUP_TEST_CHILD"  # environment: the file that a child which is left behind writes its number to


class Wild:
    """A solution is streamed first: the start. Then comes the act."""

    def __init__(self, name: str, act: Callable[[Report], Any], **info: Any) -> None:
        self.info = SolverInfo(f"wild:{name}", name, (), frozenset(info.pop("can", {Capability.TIME_LIMIT})), **info)
        self._act = act

    def solve(self, problem: Any, options: SolveOptions, report: Report, start: Solution | None = None) -> Outcome:
        if start is not None:
            report.incumbent(start, 0.0)
        answer: Outcome = self._act(report)
        return answer


class Tuned(Wild):
    """Has a parameter of its own, and something to prepare."""

    def parameters(self, options: SolveOptions) -> None:
        if options.params.get("wild:tuned", {}).keys() - {"known"}:
            raise UnsupportedOption("wild:tuned knows one parameter: known")

    def prepare(self, problem: Any) -> Callable[[], None]:
        return lambda: None


def forever(step: Callable[[int], object]) -> Callable[[Report], None]:
    def act(report: Report) -> None:
        for k in range(10**9):
            step(k)

    return act


def flood(report: Report) -> None:
    for k in range(10**9):
        report.message(f"\x1b[31m{k}")
        report.bound(1.0)


def devour(report: Report) -> None:
    taken = []
    while True:
        taken.append(np.ones(2_500_000))
        time.sleep(0.02)


def leave_a_child(report: Report) -> Outcome:
    """One that leaves the process group, and its parent."""
    code = (
        f"import os, pathlib, time; pathlib.Path(os.environ['{CHILD}']).write_text(str(os.getpid())); time.sleep(300)"
    )
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    while not Path(os.environ[CHILD]).exists():
        time.sleep(0.02)
    return Outcome(Reason.FEASIBLE)


def change_folder(report: Report) -> Outcome:
    os.chdir("/")
    os.environ["HOME"] = "/nowhere"
    sys.path.clear()
    return Outcome(Reason.FEASIBLE)


def exit_politely(report: Report) -> None:
    raise SystemExit(0)


def interrupt(report: Report) -> None:
    raise KeyboardInterrupt


class OwnError(Exception):
    """That the caller cannot know."""


def fail(report: Report) -> None:
    raise OwnError("lost the thread")


def give_up(report: Report) -> None:
    raise SolverError("\x1b[31mgiven up")


def refuse(report: Report) -> None:
    raise UnsupportedOption("\x1b[31mno seeds here")


leaves = Wild("leaves", lambda _: os._exit(0))
exits = Wild("exits", exit_politely)
crashes = Wild("crashes", lambda _: ctypes.string_at(0))
aborts = Wild("aborts", lambda _: os.abort())
fails = Wild("fails", fail)
gives_up = Wild("gives_up", give_up)
refuses = Wild("refuses", refuse)
interrupts = Wild("interrupts", interrupt)
nothing = Wild("nothing", lambda _: None)
malformed = Wild("malformed", lambda report: report.incumbent("plan", 1.0))  # type: ignore[arg-type, func-returns-value]
sleeps = Wild("sleeps", lambda _: time.sleep(600))
deaf = Wild("deaf", forever(lambda _: time.sleep(600)), can=())
floods = Wild("floods", flood)
prints = Wild("prints", forever(lambda k: print("all day long " * 500, k)))
devours = Wild("devours", devour)
forks = Wild("forks", leave_a_child)
moves = Wild("moves", change_folder)
tuned = Tuned("tuned", lambda _: Outcome(Reason.FEASIBLE), can={Capability.PARAMS, Capability.TIME_LIMIT})
mip = MipSolver(INFO, "solvers.mip.highs:solve")
not_one = 7

NAMES = [name for name, value in globals().items() if isinstance(value, Wild)] + ["mip", "not_one"]


def install(folder: Path) -> Path:
    """Makes a folder that, on the path of modules, registers these as an installed package does."""
    distribution = folder / "wild-1.0.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: wild\nVersion: 1.0\n")
    lines = [f"wild:{name} = wild:{name}" for name in NAMES]
    lines += ["wild:gone = no_such_module:solver", "wild:at_import = wild_import:solver"]
    (distribution / "entry_points.txt").write_text("\n".join(["[caregroup.solvers]", *lines, ""]))
    (folder / "wild_import.py").write_text("import os\nos._exit(0)\n")
    return folder
