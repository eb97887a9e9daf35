"""The best known plans that reports keep: best_known.json, and each plan in a file that `caregroup verify` reads.

A plan is kept for each instance (its content's sha256) with the run that it is from, so that bounds are held against it
when its store is gone. Bounds are claims, and are not kept.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from benchmarks.measures.published import Published
from instances.files import write_together
from optimizer.cli.inputs import slug
from optimizer.model.json_document import InstanceMark, JsonDocument, Part
from optimizer.model.plan import Plan
from optimizer.output.document import PlanDocument


class Origin(Part):
    """The run of a plan, as its row tells of it."""

    key: str
    backend: str
    options: dict[str, Any]
    seed: int | None
    threads: int
    time_limit_s: float
    memory_limit_mb: int | None
    machine_id: str
    versions: dict[str, str]
    commit: str
    dirty: bool
    started: AwareDatetime
    store: str


class Witness(Part):
    """A verified plan; `plan` is None where the row of its run did not keep it."""

    objective: float
    run: Origin
    plan: Plan | None


class KeptInstance(Part):
    """What is known of one instance."""

    name: str
    family: str
    best: Witness | None = None
    substitute: Witness | None = None  # the best whose plan is there, where that of `best` is not
    published: Published | None = None

    @property
    def planned(self) -> Witness | None:
        """The best whose plan is there."""
        return self.best if self.best is not None and self.best.plan is not None else self.substitute

    def joined(self, other: KeptInstance) -> KeptInstance:
        """The better of both; of equals, what was there before. What `other` says of the literature is newer."""
        known = [w for w in (self.best, self.substitute, other.best, other.substitute) if w is not None]
        best = min(known, key=lambda w: (w.objective, w.plan is None), default=None)
        planned = min((w for w in known if w.plan is not None), key=lambda w: w.objective, default=None)
        return self.model_copy(
            update={
                "best": best,
                "substitute": None if planned is best else planned,
                "published": other.published or self.published,
            }
        )


class Kept(JsonDocument):
    """The content of best_known.json; instances by sha256."""

    indent: ClassVar[int | None] = None  # a line: the plans are to be read in files of their own

    schema_version: Literal[1] = 1
    instances: dict[str, KeptInstance] = Field(default_factory=dict)

    def joined(self, other: Kept) -> Kept:
        """All that either knows."""
        ours = self.instances
        found = {digest: ours[digest].joined(it) if digest in ours else it for digest, it in other.instances.items()}
        return self.model_copy(update={"instances": {**ours, **found}})


def read_kept(file: Path) -> Kept:
    """What reports have kept in a file so far, nothing where there is none; raise `InputError` for any other file."""
    return Kept.read(file) if file.exists() else Kept()


def write_kept(file: Path, found: Kept, others: Mapping[Path, bytes]) -> None:
    """Join `found` to what is in the file by now, and write it with the `others`, all or none.

    Reports that end at the same time wait for each other. The plans go to the folder of the file's name without its
    ending; should a kill come between, the next report writes them anew.
    """
    with _alone_in(file.parent):
        kept = read_kept(file).joined(found)
        plans = {file.parent / name: text.encode() for name, text in _plan_files(file.name, kept)}
        write_together({file: kept.to_json().encode(), **plans, **others})


def plan_file(kept_name: str, digest: str, name: str) -> str:
    """Where the plan of an instance is, as seen from the folder of the file called `kept_name`."""
    return f"{Path(kept_name).stem}/{slug(name)}-{digest[:8]}.json"


def _plan_files(kept_name: str, kept: Kept) -> Iterator[tuple[str, str]]:
    for digest, instance in kept.instances.items():
        witness = instance.planned
        if witness is not None and witness.plan is not None:
            yield plan_file(kept_name, digest, instance.name), _document(digest, instance.name, witness.plan, witness)


def _document(digest: str, name: str, plan: Plan, witness: Witness) -> str:
    run = witness.run
    return PlanDocument(
        schema_version=1,
        instance=InstanceMark(name=name, sha256=digest),
        objective=witness.objective,
        hubs=plan.hubs,
        networks=plan.networks,
        independents=plan.independents,
        trust_run=plan.trust_run,
        solver=run.backend,
        options={**run.options, "time_limit": run.time_limit_s, "threads": run.threads, "seed": run.seed},
        seed=run.seed,
        versions=run.versions,
    ).to_json()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Whoever comes second waits; a process that is killed gives its place up."""
    folder.mkdir(parents=True, exist_ok=True)
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)
