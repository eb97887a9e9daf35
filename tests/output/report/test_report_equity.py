"""Who gains and who loses on the page, in a real browser and without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hamlet_plan import hamlet, result
from report_support import HOSTILE, subject
from test_report_browser import WIDER, shown
from two_places import APART, TOGETHER, places

from instances import Instance
from optimizer.output.report import Subject, write_report
from optimizer.output.report.equity import gains
from optimizer.output.report.page import render
from optimizer.solving.result import VerifiedPlan
from optimizer.verify import verify
from tests.browser_support import Browser, browser

__all__ = ["browser"]


def worse(instance: Instance) -> Subject:
    """Both practices at b, beside each in a hub of its own."""
    plan = VerifiedPlan(instance, TOGETHER, verify(instance, TOGETHER))
    return Subject.of(plan, None, verify(instance, APART))


def test_sentences_by_hand() -> None:
    said = " ".join(gains(worse(places())).said)
    assert "2,000 patients (40%) are nearer to their hub than to that of their group today, by 6.00 km" in said
    assert "2,000 (40%) are further, by 8.00 km" in said
    assert "The tenth of patients that travels most is 10.00 km from its hub on average, 8.00 km with today" in said


def test_without_homes_it_says_so() -> None:
    assert "where patients live is not known" in gains(subject(result(hamlet()))).said[0]


def test_without_today_there_is_no_change() -> None:
    plan = VerifiedPlan(places(), TOGETHER, verify(places(), TOGETHER))
    found = gains(Subject.of(plan, None, None))
    assert found.groups.columns == ("Patients", "Plan (km)", "How many", "By")
    assert not found.worst.rows
    assert "today" not in " ".join(found.said)


def test_names_of_places_are_shown_never_run() -> None:
    data = places().model_dump(exclude_unset=True)
    data["places"] = [{**place, "name": HOSTILE, "zones": {"council": HOSTILE}} for place in data["places"]]
    page = render(worse(Instance.model_validate(data)))
    assert HOSTILE not in page
    assert "&lt;/script&gt;" in page


@pytest.mark.parametrize("width", [1200, 400])
def test_it_fits_the_window(browser: Browser, tmp_path: Path, width: int) -> None:
    write_report(worse(places()), tmp_path / "report.html")
    shown(browser, tmp_path / "report.html", width)
    assert browser.texts("#equity-section h2") == ["Who gains, who loses"]
    rows = browser.run("return [...document.querySelectorAll('#equity tbody tr')].map(r => r.innerText.split('\\t'))")
    assert ["Most deprived fifth", "2.00", "8.00", "+6.00", "1,000", "Deprivation"] in rows
    places_hit = browser.run(
        "return [...document.querySelectorAll('#worst-places tbody tr')].map(r => r.cells[0].innerText)"
    )
    assert places_hit == ["a", "X"]
    assert browser.run(WIDER) == []
    assert browser.complaints() == []
