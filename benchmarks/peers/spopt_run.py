"""A run of spopt's PMedian, watched over as those of our own backends are."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.peers.judged import Asked, judged
from benchmarks.peers.spopt_job import SpoptTask
from benchmarks.row import Row
from instances import Fault, InputError, Instance
from optimizer.model.gap import PROVEN_GAP
from solvers.process.isolation import JobLimits, run_isolated

GRACE_S = 15.0  # beyond the limit, as the runner gives every backend; holds the imports of spopt
GRACE_SHARE = 0.1  # of the limit
WITHIN = 0.99  # of the gap that is asked for: what verification rounds is not to undo it
PACKAGES = ("spopt", "pulp", "highspy")
REQUIREMENTS = Path(__file__).with_name("requirements-spopt.txt")


@dataclass(frozen=True)
class PeerRun:
    """A run of spopt that a pool makes beside those of our own backends; its key is known beforehand."""

    name: str  # of the instance in the suite
    asked: Asked
    python: str
    versions: tuple[tuple[str, str], ...]  # of spopt's environment

    @property
    def suite(self) -> str:
        return self.asked.suite

    @property
    def time_limit_s(self) -> float:
        return self.asked.time_limit_s

    @property
    def key(self) -> str:
        """sha256, hex; of nothing of our code, which spopt does not know: a later commit does not make it again."""
        stated = {**vars(self.asked), "instance": self.asked.instance.sha256, "versions": self.versions}
        return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()

    def make(self) -> Row:
        """Its row, whatever becomes of it."""
        row = run_spopt(self.asked, Path(self.python))
        return row.model_copy(update={"key": self.key, "instance": self.name})


def versions_in(python: Path) -> tuple[tuple[str, str], ...]:
    """Of spopt and what it solves with; raise `InputError` where an environment lacks them."""
    script = "import json; from importlib.metadata import version; print(json.dumps([[n, version(n)] for n in %r]))"
    command = [str(python.absolute()), "-I", "-c", script % (PACKAGES,)]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return tuple((name, number) for name, number in json.loads(said))
    except (OSError, ValueError, subprocess.CalledProcessError):
        expected = f"a Python with {REQUIREMENTS.name} installed"
        raise InputError([Fault("--spopt", expected, value=str(python))]) from None


def run_spopt(asked: Asked, python: Path) -> Row:
    """One run in a process group of its own, ended from outside where it overruns a limit."""
    task = {
        **_problem(asked.instance),
        "solver": asked.backend.removeprefix("spopt:"),
        "time_limit_s": asked.time_limit_s,
        "threads": asked.threads,
        "seed": asked.seed,
        "rel_gap": WITHIN * asked.options.get("rel_gap", PROVEN_GAP / 2),
    }
    limits = JobLimits(
        time_s=asked.time_limit_s,
        grace_s=GRACE_S + GRACE_SHARE * asked.time_limit_s,
        memory_mb=asked.memory_limit_mb,
        threads=asked.threads,
    )
    began = datetime.now(UTC)
    job = SpoptTask(str(python.absolute()), task)
    end = run_isolated("benchmarks.peers.spopt_job:run", job, on_event=lambda _: None, limits=limits)
    return judged(asked, end, began)


def _problem(instance: Instance) -> dict[str, Any]:
    """The figures of an imported file."""
    practices, travel = instance.practices, instance.travel.table
    assert travel is not None
    assert travel.cost is not None
    for practice in practices:
        if practice.patients == 0:
            wanted = "demand at every node: spopt weighs a node's cost with it"
            raise InputError([Fault(instance.name, wanted, column=f"node {practice.id}", value="0")])
    return {
        "cost": [list(travel.cost[k : k + len(practices)]) for k in range(0, len(travel.cost), len(practices))],
        "demand": [practice.patients for practice in practices],
        "capacity": [practice.hub_capacity for practice in practices],
        "p": instance.hub.count_max,
    }
