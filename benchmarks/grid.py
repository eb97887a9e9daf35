"""The runs of a suite, each with the key by which it is known again, and the choice among them."""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import provenance
from benchmarks.row import Row
from benchmarks.sources import Case
from benchmarks.suite import Backend, Suite
from instances import Fault, InputError, Instance
from instances.wording import did_you_mean
from optimizer.model.backend import Capability, Ending, Reason
from optimizer.solving.registry import load


@dataclass(frozen=True)
class Run:
    """One cell of the grid, with everything that it takes to make it anywhere."""

    suite: str
    name: str
    family: str
    instance: Instance = field(repr=False)
    instance_hash: str
    backend: str
    options: dict[str, Any]
    seed: int | None  # None: the backend takes none
    threads: int
    time_limit_s: float
    memory_limit_mb: int | None
    versions: dict[str, str]  # with the digest of the code

    @property
    def key(self) -> str:
        """sha256, hex: the same for the same run of the same code, whichever suite it is in."""
        return _sha256({**self._asked, "versions": self.versions})

    @property
    def place(self) -> str:
        """Where it stands among others, whatever the code and the machine."""
        return _sha256(self._asked)

    @property
    def _asked(self) -> dict[str, Any]:
        return {
            "instance": self.instance_hash,
            "backend": self.backend,
            "options": self.options,
            "seed": self.seed,
            "threads": self.threads,
            "time_limit_s": self.time_limit_s,
            "memory_limit_mb": self.memory_limit_mb,
        }


def _sha256(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Shard:
    """Part `number` of `count`, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From "2/5"; raise `InputError`."""
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
            raise InputError([Fault("--shard", "i/n with i from 1 to n, such as 2/5", value=text)])
        return cls(int(number), int(count))

    def of(self, runs: Sequence[Run]) -> list[Run]:
        """As many for each part, of every backend and size, and the same on every machine."""
        mine = {run.place for run in sorted(runs, key=lambda run: run.place)[self.number - 1 :: self.count]}
        return [run for run in runs if run.place in mine]


def runs_of(suite: Suite, cases: Sequence[Case]) -> list[Run]:
    """The grid, instance by instance; raise `InputError` for an instance that cannot be made."""
    versions = {backend.id: provenance.versions(backend.id) for backend in suite.backends}
    made = [(case, case.make()) for case in cases]
    seedless = without_seeds(suite)
    return [
        Run(
            suite=suite.name,
            name=case.name,
            family=case.family,
            instance=instance,
            instance_hash=digest,
            backend=backend.id,
            options=suite.options_of(backend).model_dump(mode="json", exclude_defaults=True),
            seed=None if backend.id in seedless else seed,
            threads=threads,
            time_limit_s=suite.time_limit_s,
            memory_limit_mb=suite.memory_limit_mb,
            versions=versions[backend.id],
        )
        for case, instance in made
        for digest in [instance.sha256]
        for threads in suite.threads
        for seed in suite.seeds
        for backend in suite.backends
        if backend.id not in seedless or seed == suite.seeds[0]
    ]


def without_seeds(suite: Suite) -> tuple[str, ...]:
    """Ids of the suite's backends that take no seed: each is run once, not once a seed."""
    ids = dict.fromkeys(backend.id for backend in suite.backends)
    return tuple(backend_id for backend_id in ids if Capability.SEED not in load(backend_id).info.capabilities)


def with_backends(suite: Suite, wanted: Sequence[str]) -> Suite:
    """Only these, with the suite's options for them; any registered one may be named. Raise `UnknownSolverError`."""
    chosen: list[Backend] = []
    for backend_id in dict.fromkeys(wanted):
        load(backend_id)
        stated = [backend for backend in suite.backends if backend.id == backend_id]
        chosen += stated or [Backend(id=backend_id)]
    return suite.model_copy(update={"backends": tuple(chosen)}) if chosen else suite


def with_names(cases: Sequence[Case], wanted: Sequence[str]) -> list[Case]:
    """Cases by name, by the name up to a remark in brackets, or by a pattern such as `p*`; raise `InputError`."""
    chosen: set[str] = set()
    for name in wanted:
        found = (
            [case.name for case in cases if case.name == name]
            or [case.name for case in cases if case.name.startswith(f"{name} (")]
            or fnmatch.filter([case.name for case in cases], name)
        )
        if not found:
            names = [case.name for case in cases]
            expected = "an instance of the suite" + (did_you_mean(name, names) or f": {_few(names)}")
            raise InputError([Fault("--instance", expected, value=name)])
        chosen.update(found)
    return [case for case in cases if case.name in chosen] if wanted else list(cases)


def _few(names: Sequence[str], most: int = 12) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def is_failed(row: Row) -> bool:
    """Whether `--retry failed` makes the run again: its process did not complete, or it ended in an error."""
    return row.outcome is not Ending.COMPLETED or row.reason is Reason.ERROR


def left_to_do(runs: Sequence[Run], rows: Sequence[Row], *, retry_failed: bool) -> list[Run]:
    """Runs without a row; or with `retry_failed` those whose row tells of a failure, and no others."""
    by_key = {row.key: row for row in rows if row.kind == "run"}
    if retry_failed:
        return [run for run in runs if run.key in by_key and is_failed(by_key[run.key])]
    return [run for run in runs if run.key not in by_key]
