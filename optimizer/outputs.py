"""The files of a plan, its tables and the certificate of its bound: written aside first, so none is half-written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from instances.files import write_together
from optimizer.certificate import BOUND_FILE
from optimizer.document import PlanDocument
from optimizer.json_document import instance_mark
from optimizer.read_plan import PLAN_FILE
from optimizer.result import Result
from optimizer.tables import as_csv

TABLES = ("assignments", "hubs", "networks")


def write_outputs(result: Result, folder: Path, settings: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, in place of an older plan's; return their paths.

    `settings` are the changes that were made to the instance in its file, kept in plan.json. Without a certificate an
    older one is removed: it is not of this plan's bound.
    """
    if result.plan is None:
        raise ValueError("a result without a plan has no files")
    certificate = None if result.bound is None else result.outcome.certificate
    contents = {folder / f"{name}.csv": as_csv(getattr(result.plan, name)).encode() for name in TABLES}
    contents[folder / PLAN_FILE] = PlanDocument.of(result, settings).to_json().encode()
    if certificate is not None:
        marked = certificate.model_copy(update={"instance": instance_mark(result.instance, settings)})
        contents = {folder / BOUND_FILE: marked.to_json().encode(), **contents}
    write_together(contents, obsolete=() if certificate is not None else (folder / BOUND_FILE,))
    return tuple(contents)
