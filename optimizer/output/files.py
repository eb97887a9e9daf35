"""The files of a plan, its tables and the certificate of its bound: written aside first, so none is half-written."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from instances.files import write_together
from optimizer.model.certificate import BOUND_FILE
from optimizer.model.json_document import instance_mark
from optimizer.output.document import PlanDocument
from optimizer.output.geojson import GEOJSON_FILE, as_geojson
from optimizer.output.plan_workbook import WORKBOOK_FILE, workbook_bytes
from optimizer.output.read_plan import PLAN_FILE
from optimizer.solving.result import Result
from optimizer.solving.tables import as_csv

TABLES = ("assignments", "hubs", "networks")
REPORT_FILE = "report.html"  # optimizer.output.report makes it from these files and the instance


def write_outputs(
    result: Result, folder: str | Path, settings: Sequence[str] = (), instance_file: str | Path | None = None
) -> tuple[Path, ...]:
    """Write the files of a result that has a plan, in place of an older plan's; return their paths.

    `settings` are the changes that were made to the instance of `instance_file`, kept in plan.json with its place. What
    is of an older plan and not written is removed: certificate, map (without latitudes and longitudes) and report.
    """
    if result.plan is None:
        raise ValueError("a result without a plan has no files")
    folder = Path(folder)
    document = PlanDocument.of(result, settings, seen_from(folder, instance_file))
    contents = {
        folder / BOUND_FILE: _certificate(result, settings),
        **{folder / f"{name}.csv": as_csv(result.plan.tables[name]).encode() for name in TABLES},
        folder / WORKBOOK_FILE: workbook_bytes(result.plan, document),
        folder / GEOJSON_FILE: _map(result),
        folder / PLAN_FILE: document.to_json().encode(),
    }
    obsolete = [folder / REPORT_FILE, *(path for path, content in contents.items() if content is None)]
    written = {path: content for path, content in contents.items() if content is not None}
    write_together(written, obsolete)
    return tuple(written)


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
