"""The page of a report in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_rows import point, row, store, unsolved
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.model.plan import Hub, Plan
from tests.browser_support import Browser

NAME = "<script>window.harm = 1</script><b>one</b>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two backends on three instances and an alarm."""
    folder = tmp_path_factory.mktemp("bench")
    rows = [row(name, backend, total_s=s) for name in (NAME, "two", "ten") for backend, s in (("a", 5.0), ("b", 8.0))]
    rows.append(unsolved("two", "slow [x=<i>]", objective=104.0, bound=99.0, trajectory=[point(3, 104, 99)], seed=3))
    rows.append(unsolved("ten", "liar", objective=None, claimed_objective=None, bound=150.0))
    ended = CliRunner().invoke(app, ["bench", "report", str(store(folder, *rows)), "--out", str(folder)])
    assert ended.exit_code == 0, ended.output
    return folder / "report.html"


def test_page_is_whole_without_a_network_and_quiet(page: Path, browser: Browser) -> None:
    browser.open(page)
    assert browser.fetched() == []
    assert browser.complaints() == []
    assert len(browser.texts("#all-runs tbody tr")) == 8
    assert browser.texts("main > section > h2")[0] == "Alarms (1)"
    claim = "liar claims a bound of 150.0000, 50.0000 (0.5 of it) above a's verified plan of 100.0000"
    assert claim in browser.texts("#alarms li")[0]


def test_names_are_text(page: Path, browser: Browser) -> None:
    browser.open(page)
    browser.type("#problem", NAME)
    assert browser.run("return window.harm === undefined")
    assert NAME in browser.texts("#all-runs tbody td:first-child")
    assert browser.run("return document.querySelector('main b b') === null")
    assert browser.complaints() == []


def test_tables_sort_both_ways_with_missing_values_last(page: Path, browser: Browser) -> None:
    browser.open(page)
    objective = "#all-runs th:nth-child(7)"
    assert browser.texts(objective) == ["objective"]
    browser.click(objective + " button")
    up = browser.texts("#all-runs td:nth-child(7)")
    assert (up[0], up[-2:]) == ("100.00", ["104.00", "-"])
    browser.click(objective + " button")
    down = browser.texts("#all-runs td:nth-child(7)")
    assert (down[0], down[-1]) == ("104.00", "-")
    assert browser.run("return document.querySelector(arguments[0]).ariaSort", objective) == "descending"


def test_tables_filter(page: Path, browser: Browser) -> None:
    browser.open(page)
    browser.type("#all-runs input", "two SLOW")
    shown = browser.texts("#all-runs tbody tr:not([hidden]) td:nth-child(2)")
    assert shown == ["slow [x=<i>]"]
    assert browser.texts("#all-runs .shown") == ["1 of 8 rows"]
    browser.type("#all-runs input", "")
    assert len(browser.texts("#all-runs tbody tr:not([hidden])")) == 8


def test_profile_and_curves_are_drawn(page: Path, browser: Browser) -> None:
    browser.open(page)
    drawn = "return document.querySelectorAll(arguments[0] + ' .scatterlayer .trace').length"
    assert browser.run(drawn, ".scope .profile") == 2
    assert browser.run(drawn, ".scope .curve") == 2
    steps = "return document.querySelector('.scope .profile').data.map((line) => [line.name, line.y])"
    assert browser.run(steps) == [["a", [1, 1]], ["b", [0, 1, 1]]]
    browser.type(".scope .target", "first_s")
    assert browser.run(steps) == [["a", [1, 1]], ["b", [1, 1]]]
    assert browser.texts(".scope .profile .xtitle") == ["factor of the fastest"]


def test_instance_is_drilled_down_to(page: Path, browser: Browser) -> None:
    browser.open(page)
    browser.run("document.querySelector(\"#known [data-problem='two']\").click()")
    assert browser.run("return document.getElementById('problem').value") == "two"
    assert browser.texts("#of-instance tbody td:nth-child(2)") == ["a", "b", "slow [x=<i>]"]
    lines = browser.run("return document.getElementById('values').data.map((line) => [line.name, line.y])")
    assert ["slow [x=&lt;i&gt;]", [104, 104]] in lines
    assert ["slow [x=&lt;i&gt;]", [99, 99]] in lines
    assert browser.texts("#source")[0].startswith("Best known: 100 (a, seed 0")
    assert browser.run("return document.querySelectorAll('#gap .scatterlayer .trace').length") == 3


@pytest.mark.parametrize("width", [1400, 400])
def test_nothing_sticks_out(width: int, page: Path, browser: Browser) -> None:
    browser.open(page, width=width)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.run("return [...document.querySelectorAll('.chart')].every((c) => c.scrollWidth <= innerWidth)")


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seeds of which one claims more than the other's plan, and a better plan that an earlier report kept."""
    folder = tmp_path_factory.mktemp("across")
    plan = Plan(hubs=(Hub(site="<i>", members=("<i>",)),))
    earlier = store(folder / "earlier", unsolved(NAME, "old", objective=99.0, plan=plan))
    wrong = {"objective": 101.0, "claimed_objective": 101.0, "bound": 101.0, "trajectory": []}
    later = store(folder / "later", row(NAME, seed=1, **wrong), row(NAME, seed=2), row("two"))
    for made in (earlier, later):
        ended = CliRunner().invoke(app, ["bench", "report", str(made), "--out", str(folder)])
        assert ended.exit_code == 0, ended.output
    return folder / "report.html"


@pytest.mark.parametrize("width", [1400, 400])
def test_claims_across_seeds_and_reports_are_shown(width: int, across: Path, browser: Browser) -> None:
    browser.open(across, width=width)
    alarms = browser.texts("#alarms li")
    assert len(alarms) == 2  # the other seed's bound is above the kept plan as well
    assert "auto claims a bound of 101.0000, 2.0000 (0.02 of it) above old's verified plan of 99.0000" in alarms[0]
    assert f"{across.parent / 'later'}; the plan: kept in best_known.json: old, seed 0" in alarms[0]
    seeds = browser.texts("#across-seeds tbody td")
    assert len(seeds) == 13
    assert seeds[0] == NAME
    assert seeds[5:] == ["2", "100.00", "101.00", "1.00 %", "100.00", "101.00", "0.99 %", "yes"]
    known = browser.texts("#known tbody tr:first-child td")
    assert known[2] == "99.00"
    assert known[3].startswith("kept in best_known.json: old, seed 0")
    assert (across.parent / known[4]).is_file()
    assert "2 so far" in browser.texts("#best > p")[0]
    assert browser.run("return window.harm === undefined && document.querySelector('main b b, main i i') === null")
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.complaints() == []
