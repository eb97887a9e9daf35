"""CBC as bundled with PuLP.

CBC runs as a program of its own: what it knows besides the final solution stands in its log only.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from optimizer.model.arrays import FloatArray
from optimizer.model.backend import Capability, Limit, Reason, SolverInfo, UnsupportedOption
from optimizer.model.mip import MipModel
from solvers.mip.backend import (
    CAPABILITIES,
    FEASIBILITY_TOLERANCE,
    BackendError,
    MipEmit,
    MipOutcome,
    MipSettings,
    finite_or_none,
)
from solvers.mip.pulp_model import PulpModel, pulp_version
from solvers.mip.solver import MipSolver

INFO = SolverInfo(
    id="pulp:cbc",
    title="CBC through PuLP (bundled)",
    modules=("pulp",),
    capabilities=CAPABILITIES - {Capability.INCUMBENTS},
    packages=("pulp",),
    hint='pip install "pulp>=3.3.2,<4"',
)

_NUMBER = r"([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|inf))"
_BOUND = re.compile(rf"^(?:Lower|Upper) bound:\s+{_NUMBER}", re.MULTILINE)
_BEST_POSSIBLE = re.compile(rf"best possible {_NUMBER}")
_NODES = re.compile(r"^Enumerated nodes:\s+(\d+)", re.MULTILINE)
_VERSION = re.compile(r"^Version:\s+(\S+)", re.MULTILINE)
_UNKNOWN_OPTION = re.compile(r"^No match for (\S+)", re.MULTILINE)
_BAD_VALUE = re.compile(r"^(\S+ was provided for \S+ - valid range is .*)", re.MULTILINE)


def solve(model: MipModel, settings: MipSettings, start: FloatArray | None, emit: MipEmit) -> MipOutcome:
    import pulp

    began = time.monotonic()
    built = PulpModel(model)
    # Both in the job's own directory; a name that no option or path can clash with.
    built.problem.name = uuid.uuid4().hex
    solution_file = Path(f"{built.problem.name}-pulp.sol")
    log_path = settings.log_path or Path("cbc.log")
    if start is not None:
        built.set_start(start)
    time_left = settings.time_left()
    build_s = time.monotonic() - began
    cbc = pulp.PULP_CBC_CMD(
        msg=False,
        keepFiles=True,
        logPath=str(log_path),
        timeLimit=time_left,
        gapRel=settings.rel_gap,
        gapAbs=settings.abs_gap,
        maxNodes=settings.node_limit,
        threads=settings.threads if settings.threads > 1 else None,  # `threads 1` starts a helper thread
        warmStart=start is not None,
        options=_options(settings),
    )
    if not cbc.available():
        raise BackendError(f"PuLP's CBC cannot be run: {cbc.path}")
    log_path.write_text("")
    with _following(log_path, -1.0 if model.maximise else 1.0, emit):
        try:
            built.solve(cbc)
        except BackendError:
            _check_options(log_path.read_text(errors="replace"), settings)
            raise
    log = log_path.read_text(errors="replace")
    _check_options(log, settings)
    with solution_file.open() as file:
        status = file.readline().strip()
    outcome = _read(model, settings, built.values(), status, log)
    outcome.build_s = build_s
    return outcome


def _options(settings: MipSettings) -> list[str]:
    options = [f"integerTolerance {FEASIBILITY_TOLERANCE}"]
    if settings.seed is not None:
        options += [f"randomCbcSeed {settings.seed}", f"randomSeed {settings.seed}"]
    for name, value in settings.native.items():
        # PuLP splits the command at blanks, and a leading dash would be taken for another command.
        if not re.fullmatch(r"[A-Za-z]+[?!+-]*", name) or not re.fullmatch(r"\S*", str(value)):
            raise UnsupportedOption(f'{INFO.id}: CBC has no option "{name}" that takes {value!r}')
        options.append(f"{name} {value}".strip())
    return options


def _check_options(log: str, settings: MipSettings) -> None:
    """CBC only mentions what it did not understand."""
    if not settings.native:
        return
    fault = _BAD_VALUE.search(log)
    unknown = _UNKNOWN_OPTION.search(log)
    if unknown or fault:
        what = f'CBC does not know "{unknown[1]}"' if unknown else f"CBC: {fault[1] if fault else ''}"
        raise UnsupportedOption(f"{INFO.id}: among the native options {', '.join(settings.native)}: {what}")


@contextmanager
def _following(log_path: Path, sign: float, emit: MipEmit) -> Iterator[None]:
    """Streams bounds from the log as it grows. CBC minimises inside: a maximisation's bounds are negated there."""
    done = threading.Event()

    def follow() -> None:
        with log_path.open(errors="replace") as log:
            while True:
                last = done.wait(0.5)
                for printed in _BEST_POSSIBLE.findall(log.read()):
                    value = float(printed)
                    emit.bound(sign * (value - 1e-7 * abs(value)))  # printed with eight digits
                if last:
                    return

    thread = threading.Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _read(model: MipModel, settings: MipSettings, values: FloatArray | None, status: str, log: str) -> MipOutcome:
    result = next((line for line in log.splitlines() if line.startswith("Result - ")), "")
    nodes, cbc_version = _NODES.search(log), _VERSION.search(log)
    outcome = MipOutcome(
        Reason.NO_SOLUTION,
        native_status="; ".join(part for part in (status, result.removeprefix("Result - ")) if part),
        nodes=int(nodes[1]) if nodes else None,
        versions={"CBC": cbc_version[1] if cbc_version else "?", **pulp_version()},
    )
    sign = -1.0 if model.maximise else 1.0
    if "infeasible or unbounded" in log or status.startswith("Unbounded"):
        outcome.infeasible_or_unbounded = True  # both said of models that are the other, too
    elif status.startswith(("Infeasible", "Integer infeasible")):
        outcome.reason = Reason.INFEASIBLE
    elif status.startswith("Optimal"):
        outcome.reason, outcome.x = Reason.OPTIMAL, values
    elif status.startswith("Stopped"):
        # Without a solution the values are those of a relaxation; the check that follows throws them out.
        outcome.limit = _limit(status, result)
        if "no integer solution" not in status and "No feasible solution" not in log:
            outcome.reason, outcome.x = Reason.FEASIBLE, values
    else:
        raise BackendError(f"CBC ended with status {status!r}")
    if not outcome.infeasible_or_unbounded and outcome.reason is not Reason.INFEASIBLE:
        outcome.bound = _bound(model, settings, outcome, log, sign)
    return outcome


def _limit(status: str, result: str) -> Limit | None:
    words = {"time": Limit.TIME, "node": Limit.NODE, "ctrl-c": Limit.INTERRUPT, "user": Limit.INTERRUPT}
    return next((limit for word, limit in words.items() if word in result or word in status), None)


def _bound(model: MipModel, settings: MipSettings, outcome: MipOutcome, log: str, sign: float) -> float | None:
    bounds: list[float] = []  # as of a minimisation
    printed = _BOUND.search(log)
    if printed is not None:
        value = finite_or_none(float(printed[1]))
        if value is not None:
            bounds.append(sign * value - 0.0005 - 1e-9 * abs(value))  # printed with three decimals
    if outcome.reason is Reason.OPTIMAL and outcome.x is not None:
        objective = model.objective(np.where(model.integer, np.round(outcome.x), outcome.x))
        bounds.append(sign * objective - max(settings.abs_gap, settings.rel_gap * abs(objective)))
    return sign * max(bounds) if bounds else None


solver = MipSolver(INFO, "solvers.mip.pulp_cbc:solve")
