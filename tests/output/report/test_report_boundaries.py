"""Who is across which boundary, as page and workbook tell it; nothing of it where there is none."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from report_support import subject
from village import village

from instances import Instance
from optimizer.analysis.crossings import Crossing, crossings
from optimizer.output.files import write_outputs
from optimizer.output.report import write_report
from optimizer.solving.solve import solve
from optimizer.verify.money import MONEY, Money

HUBS = {"tier": "hubs", "area": "council"}
NETWORKS = {"tier": "networks", "price_per_patient": 0.25, "exceptions": ["h"]}
AREAS = {f"practices.{p}.areas": {"council": "North" if p in "abch" else "South"} for p in "abcdefgh"}


def written(instance: Instance, folder: Path) -> tuple[list[Crossing], str, list[str]]:
    """What there is to tell, the page, and the sheets of the workbook."""
    result = solve(instance, solver="highs")
    assert result.plan is not None
    write_outputs(result, folder)
    write_report(subject(result), folder / "report.html")
    page = (folder / "report.html").read_text(encoding="utf-8")
    sheets = openpyxl.load_workbook(folder / "plan.xlsx").sheetnames
    return crossings(instance, result.plan.evaluation), page, sheets


def test_patients_across_are_told(tmp_path: Path) -> None:
    found, page, sheets = written(village({**AREAS, "boundary": [HUBS, NETWORKS]}), tmp_path)
    hubs, networks = found
    assert (hubs.boundary, hubs.rule, hubs.patients) == ("hubs, areas of council", "not to be crossed", 0)
    assert (networks.boundary, networks.rule) == ("networks, areas", "0.25 pounds a patient, 1 in every area")
    assert networks.patients > 0
    assert networks.pounds == pytest.approx(0.25 * networks.patients)
    assert "Across boundaries" in page
    assert "Crossing boundaries" in page
    assert "boundaries" in sheets
    assert MONEY["across"] is Money.PENALTY


def test_nothing_is_told_without_boundaries(tmp_path: Path) -> None:
    found, page, sheets = written(village(), tmp_path)
    assert not found
    assert "Across boundaries" not in page
    assert "Crossing boundaries" not in page
    assert "boundaries" not in sheets
