"""The section on neighbourhoods: figures of the small town that are worked out by hand, and how they look."""

from __future__ import annotations

from pathlib import Path

from hamlet_plan import hamlet, result
from test_report_browser import WIDER, choose, shown, until
from town_with_homes import PLAN, table, town

from instances import Instance
from optimizer.output.report import Subject, write_report
from optimizer.output.report.neighbourhoods import neighbourhood_section
from tests.browser_support import Browser, browser

__all__ = ["browser"]


def subject() -> Subject:
    return Subject.of_result(result(town(), PLAN))


def test_the_section_of_the_page() -> None:
    found = neighbourhood_section(subject())
    assert found is not None
    assert found.table.columns == ("Hub", "Patients", "Live in its patch", "Of the patch's residents", "Council")
    assert [[cell.text for cell in row.cells] for row in found.table.rows] == [
        ["Practice a", "2,000", "100%", "80%", "North"],
        ["Practice c", "2,000", "75%", "80%", "South; North"],
    ]
    assert found.summary == (
        "80% of patients live in the patch of their hub; of today's groups 78%.",
        "Of 3 places, 2 are split between hubs; 3 today.",
        "1 of 2 hubs are in several zones (council); 1 of 2 groups today.",
        "The homes of 125 patients are not known: they are in no share.",
    )
    assert dict(found.folds[1].lines) == {
        "Places of its patch": "1",
        "Residents of its patch": "1,875",
        "Patients who live in it": "1,500 (75%)",
        "Of the patch's residents": "80%",
        "Council": "South 75%, North 25%",
    }


def test_it_fits_a_phone_and_folds_out(browser: Browser, tmp_path: Path) -> None:
    write_report(subject(), tmp_path / "report.html")
    page = shown(browser, tmp_path / "report.html", width=400)
    page.run("for (const each of document.querySelectorAll('#neighbourhoods-section details')) each.open = true")
    until(lambda: bool(page.texts("#neighbourhoods-section details.fold dl")))  # made when they are opened
    assert "South 75%, North 25%" in page.texts("#neighbourhoods-section details.fold dd")
    assert page.run(WIDER) == []
    frame = "document.querySelector('#neighbourhoods').closest('.table-frame')"
    assert page.run(f"return {frame}.scrollWidth <= {frame}.clientWidth")
    assert page.texts("#neighbourhoods-section details.fold summary") == ["Practice a", "Practice c"]
    assert page.complaints() == []


def test_hubs_of_the_chosen_network_alone_fold_out(browser: Browser, tmp_path: Path) -> None:
    data = hamlet().model_dump(exclude_unset=True)
    homes = table({(practice["id"], "here"): 1 for practice in data["practices"]})
    settled = Instance.model_validate({**data, "places": [{"id": "here", "x_km": 0.0, "y_km": 0.0}], "homes": homes})
    write_report(Subject.of_result(result(settled)), tmp_path / "report.html")
    page = shown(browser, tmp_path / "report.html")
    folds = "return [...document.querySelectorAll('details.fold')].filter((fold) => !fold.hidden).length"
    assert page.run(folds) == 4
    choose(page, "MCP:ZP01")
    assert page.run(folds) == 2
