"""The files of a plan, its tables and the certificate of its bound: written aside first, so none is half-written.

plan.json comes first and stays whatever becomes of the others: each of them can be made from it and the instance.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from instances.files import write_together
from optimizer.model.certificate import BOUND_FILE
from optimizer.model.json_document import instance_mark
from optimizer.output.document import PlanDocument
from optimizer.output.geojson import GEOJSON_FILE, as_geojson
from optimizer.output.money_tables import MONEY_TABLES, stated_money_tables
from optimizer.output.plan_workbook import WORKBOOK_FILE, workbook_bytes
from optimizer.output.read_plan import PLAN_FILE
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.tables import as_csv

TABLES = ("assignments", "hubs", "networks", "chains")
REPORT_FILE = "report.html"  # optimizer.output.report makes it from these files and the instance


OnFault = Callable[[Path, Exception], None]


def write_outputs(
    result: Result,
    folder: str | Path,
    settings: Sequence[str] = (),
    instance_file: str | Path | None = None,
    on_fault: OnFault | None = None,
) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, in place of an older plan's; return their paths.

    `settings` are the changes that were made to the instance of `instance_file`, kept in plan.json with its place. What
    is of an older plan and not written is removed: certificate, map (without latitudes and longitudes), tables of money
    and report.
    Raises `OSError` where plan.json cannot be written; an older plan is left alone then. `on_fault` is told of any
    other file that cannot be; without it, the first such error is raised once all are tried.
    """
    if result.plan is None:
        raise ValueError("a result without a plan has no files")
    folder, plan = Path(folder), result.plan
    document = PlanDocument.of(result, settings, seen_from(folder, instance_file))
    tables = {f"{name}.csv": lambda name=name: _table(plan, name) for name in TABLES}
    others: dict[str, Callable[[], bytes | None]] = {
        **tables,
        **{f"{name}.csv": partial(_money, plan, name) for name in MONEY_TABLES},
        BOUND_FILE: lambda: _certificate(result, settings),
        WORKBOOK_FILE: lambda: workbook_bytes(plan, document),
        GEOJSON_FILE: lambda: _map(result),
    }
    write_together(
        {folder / PLAN_FILE: document.to_json().encode()},
        obsolete=[folder / name for name in (REPORT_FILE, *others)],
    )
    written, faults = [], []
    for name, make in others.items():
        try:
            content = make()
            if content is not None:
                write_together({folder / name: content})
                written.append(folder / name)
        except Exception as error:  # the plan is there, with or without it
            faults.append((folder / name, error))
    for path, fault in faults:
        if on_fault is None:
            raise fault
        on_fault(path, fault)
    return (*written, folder / PLAN_FILE)


def _money(plan: VerifiedPlan, name: str) -> bytes | None:
    table = stated_money_tables(plan).get(name)
    return None if table is None else as_csv(table).encode()


def _table(plan: VerifiedPlan, name: str) -> bytes | None:
    table = plan.tables.get(name)
    return None if table is None else as_csv(table).encode()


def _certificate(result: Result, settings: Sequence[str]) -> bytes | None:
    if result.certificate is None:
        return None
    about = {"instance": instance_mark(result.instance, settings), "departures": result.departures}
    return result.certificate.model_copy(update=about).to_json().encode()


def _map(result: Result) -> bytes | None:
    assert result.plan is not None
    text = as_geojson(result.plan)
    return None if text is None else text.encode()


def seen_from(folder: Path, file: str | Path | None) -> str | None:
    """The relative path to a file, in slashes; the whole path where the two are on different drives."""
    if file is None:
        return None
    file = Path(file)
    try:
        return Path(os.path.relpath(file.absolute(), folder.absolute())).as_posix()
    except ValueError:
        return file.absolute().as_posix()
