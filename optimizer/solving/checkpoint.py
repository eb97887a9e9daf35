"""The checkpoint of a solve: what another run goes on from if this one is killed, written aside and renamed.

One zip: `checkpoint.json`, and `state`, the backend's own bytes. Nothing in it is believed: the plan is verified again,
and what the state says to have proven is for its backend to prove again.
"""

from __future__ import annotations

import io
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import Field, ValidationError

from instances import Fault, InputError, Instance
from instances.files import read_bytes, write_together
from optimizer.model.backend import Limit, Reason, SolveOptions
from optimizer.model.departures import Departures
from optimizer.model.json_document import InstanceMark, JsonDocument, instance_mark
from optimizer.model.plan import Plan
from optimizer.solving.result import Result

CHECKPOINT_FILE = "checkpoint.zip"
EVERY_S = 60.0
FIRST_S, LATER = 5.0, 0.25  # the first is written soon; then each after so much of the time that has gone by
SAME_OPTIONS = ("seed", "native", "params")  # limits, threads and logs may be others in the run that goes on
_DOCUMENT, _STATE = "checkpoint.json", "state"
_MOST_BYTES = 2**30
TOLERANCE = 1e-9  # relative, of a bound
_COMPRESSION = 1  # zlib's fastest


class CheckpointDocument(JsonDocument):
    """The content of checkpoint.json. Money in pounds a year."""

    schema_version: Literal[1]
    caregroup: str = Field(description="the version that wrote it")
    instance: InstanceMark
    solver: str
    options: dict[str, Any] = Field(description="as in SolveOptions")
    departures: Departures | None = None
    elapsed_s: float = Field(ge=0, description="seconds of all runs so far")
    plan: Plan | None = Field(default=None, description="the best so far")
    objective: float | None = Field(default=None, description="of the plan, the price of departures added")
    bound: float | None = Field(default=None, description="that the state proves again")


@dataclass(frozen=True)
class Checkpoint:
    """As it is in the file; `state`: None before the backend has told one."""

    document: CheckpointDocument
    state: bytes | None = None

    @classmethod
    def of(cls, instance: Instance, solver: str, options: SolveOptions, departures: Departures | None) -> Self:
        """Of a run that begins."""
        document = CheckpointDocument(
            schema_version=1,
            caregroup=version("caregroup"),
            instance=instance_mark(instance),
            solver=solver,
            options=options.model_dump(mode="json"),
            departures=departures,
            elapsed_s=0.0,
        )
        return cls(document)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises `InputError` for a file that is none."""
        if not path.exists():
            expected = (
                "a checkpoint to go on from; there is none, as none was written or its run has ended with its plan"
            )
            raise InputError([Fault(str(path), expected)])
        try:
            with zipfile.ZipFile(io.BytesIO(read_bytes(path, most=_MOST_BYTES))) as archive:
                parts = {name: _beginning(archive, name) for name in archive.namelist() if name in (_DOCUMENT, _STATE)}
            document = CheckpointDocument.model_validate_json(parts[_DOCUMENT])
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError, EOFError):
            raise InputError([Fault(str(path), "a checkpoint that caregroup solve has written")]) from None
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            where = ".".join(map(str, fault["loc"])) or None
            raise InputError(
                [Fault(str(path), f"a checkpoint of this version ({fault['msg']})", column=where)]
            ) from None
        return cls(document, parts.get(_STATE))

    @classmethod
    def of_run(cls, path: Path, run: Checkpoint) -> Self:
        """The one in a file; raises `InputError` for none, and where the run that is to go on is another."""
        found = cls.read(path)
        found.check(path, run)
        return found

    def to_bytes(self) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
            archive.writestr(_DOCUMENT, self.document.model_dump_json())
            if self.state is not None:
                archive.writestr(_STATE, self.state)
        return content.getvalue()

    def check(self, path: Path, run: Checkpoint) -> None:
        """Raises `InputError` where the run that is to go on is another than the one that wrote it."""
        faults = [
            Fault(str(path), f"{wanted}, to go on with what was begun", column=of, value=found)
            for of, found, wanted in _differences(self.document, run.document)
        ]
        if faults:
            raise InputError(faults)


def _differences(mine: CheckpointDocument, asked: CheckpointDocument) -> Iterator[tuple[str, str, str]]:
    """(what, as it is in the checkpoint, as it is in the run)"""
    if mine.caregroup != asked.caregroup:
        yield "version", mine.caregroup, f"a checkpoint of caregroup {asked.caregroup}"
    if mine.instance.sha256 != asked.instance.sha256:
        digests = (str(of.instance.sha256)[:12] for of in (mine, asked))
        found, wanted = (f"{of.instance.name} ({digest})" for of, digest in zip((mine, asked), digests, strict=True))
        yield "instance", found, f"a checkpoint of the same instance and settings, {wanted}"
    if mine.solver != asked.solver:
        yield "solver", mine.solver, f"a checkpoint of a run of {asked.solver}"
    for name in SAME_OPTIONS:
        if mine.options.get(name) != asked.options.get(name):
            yield name, str(mine.options.get(name)), f"a checkpoint of a run with {name} {asked.options.get(name)}"
    if mine.departures != asked.departures:
        yield "departures", _price(mine.departures), f"a checkpoint of a run with {_price(asked.departures)}"


def _price(departures: Departures | None) -> str:
    return "no price" if departures is None else f"£{departures.price_per_practice:,g} for each from its start"


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    """All of it, unless it is longer than it may be."""
    with archive.open(name) as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise zipfile.BadZipFile
    return content


def wait_s(elapsed_s: float) -> float:
    """Seconds between two states, and between two checkpoints, of a run of so many seconds."""
    return min(EVERY_S, max(FIRST_S, LATER * elapsed_s))


class Keeper:
    """Keeps the checkpoint of a run in a file: a thread writes it about once a minute, if anything is new.

    A context manager; what is new at its end is written, too. `fault`: why the last writing failed, if it did.
    """

    def __init__(self, path: Path, first: Checkpoint) -> None:
        self._path, self._latest = path, first
        self._before_s = first.document.elapsed_s  # of the runs before this one
        self._began = time.monotonic()
        self._is_new = False
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write_now_and_then, daemon=True)
        self.fault: OSError | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._write()

    def take_plan(self, plan: Plan, objective: float) -> None:
        self._take(self._latest.state, plan=plan, objective=objective)

    def take_state(self, state: bytes, bound: float | None) -> None:
        self._take(state, bound=bound)

    def _take(self, state: bytes | None, **changes: Any) -> None:
        with self._lock:
            self._latest = Checkpoint(self._latest.document.model_copy(update=changes), state)
            self._is_new = True

    def _write_now_and_then(self) -> None:
        while not self._over.wait(wait_s(time.monotonic() - self._began)):
            self._write()

    def _write(self) -> None:
        with self._lock:
            latest, is_new = self._latest, self._is_new
            self._is_new = False
        if not is_new:
            return
        elapsed_s = self._before_s + time.monotonic() - self._began
        document = latest.document.model_copy(update={"elapsed_s": round(elapsed_s, 3)})
        try:
            write_together({self._path: Checkpoint(document, latest.state).to_bytes()})
            self.fault = None
        except OSError as error:
            self.fault = error


def concluded(result: Result, keeper: Keeper | None, resumed: Checkpoint | None) -> Result:
    """The result of a run with what is to be said of its checkpoints; unfinished if another is worth its while."""
    warnings = []
    if keeper is not None and keeper.fault is not None:
        warnings.append(f"the last checkpoint was not written ({keeper.fault.strerror or keeper.fault})")
    before = None if resumed is None else resumed.document.bound
    is_lower = before is not None and (result.bound is None or result.bound < before - TOLERANCE * abs(before))
    if is_lower:
        warnings.append(f"the time did not suffice to prove the checkpoint's bound of {before:,.2f} again")
    is_unfinished = is_lower or result.reason is Reason.ERROR or result.limit in (Limit.INTERRUPT, Limit.MEMORY)
    return replace(result, warnings=(*result.warnings, *warnings), is_unfinished=is_unfinished)
