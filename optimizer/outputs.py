"""The files of a plan: plan.json and its tables, written aside first so that none is ever seen half-written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from instances.files import write_together
from optimizer.document import PlanDocument
from optimizer.read_plan import PLAN_FILE
from optimizer.result import Result
from optimizer.tables import as_csv

TABLES = ("assignments", "hubs", "networks")


def write_outputs(result: Result, folder: Path, settings: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, in place of an older plan's; return their paths.

    `settings` are the changes that were made to the instance in its file, kept in plan.json.
    """
    if result.plan is None:
        raise ValueError("a result without a plan has no files")
    contents = {folder / f"{name}.csv": as_csv(getattr(result.plan, name)).encode() for name in TABLES}
    contents[folder / PLAN_FILE] = PlanDocument.of(result, settings).to_json().encode()
    write_together(contents)
    return tuple(contents)
