"""The page in a real browser: complete without a network, quiet on the console, narrowed by network, safe to open."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hamlet_plan import BEST, funded_hamlet, hamlet, on_the_globe
from report_support import HOSTILE, page, placeless, renamed

from instances import Instance
from optimizer.output.report import write_report
from tests.browser_support import Browser, browser

__all__ = ["browser"]

VISIBLE = "return document.getElementById('map').data.filter(t => t.visible !== false).map(t => t.meta.network)"
ROWS = "return [...document.querySelectorAll(arguments[0] + ' tbody tr')].map(r => r.textContent)"


@pytest.fixture(scope="module")
def hamlet_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return page(tmp_path_factory.mktemp("report"))


def shown(browser: Browser, file: Path, width: int = 1400) -> Browser:
    browser.open(file, width=width)
    until(lambda: browser.run("return document.body.dataset.ready === 'true'"))
    return browser


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def choose(browser: Browser, key: str) -> None:
    select = "const select = document.getElementById('network-filter'); select.value = arguments[0];"
    browser.run(f"{select} select.dispatchEvent(new Event('change'))", key)


# [what, left, top, right, bottom] of every text drawn in an element, beside the element's own place
DRAWN = """const box = (e) => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] };
const frame = document.querySelector(arguments[0]);
return [['frame', ...box(frame)], ...[...frame.querySelectorAll('svg text')].filter((e) => e.textContent.trim()).map(
(e) => [e.textContent, ...box(e)])]"""
WIDER = """const all = [...document.querySelectorAll('body *')].filter((e) => !e.closest('.table-frame, svg'));
return all.filter((e) => { const r = e.getBoundingClientRect(); return r.width && (r.left < -1 ||
r.right > innerWidth + 1) })
.map((e) => e.outerHTML.slice(0, 80))"""


def far_lead() -> Instance:
    """The hamlet with the hospital that leads a network beyond all practices."""
    data = hamlet().model_dump(exclude_unset=True)
    furthest = max(practice["x_km"] for practice in data["practices"])
    next(place for place in data["hospitals"] if place["id"] == "ZH01")["x_km"] = furthest + 15
    return Instance.model_validate(data)


@pytest.mark.parametrize("width", [1400, 420, 390])
def test_nothing_is_cut_on_screens_and_phones(browser: Browser, tmp_path: Path, width: int) -> None:
    shown(browser, page(tmp_path, far_lead()), width)
    assert browser.run(WIDER) == []
    drawn = {}
    for element in ("#map", "#cost-chart"):
        (_, left, top, right, bottom), *texts = browser.run(DRAWN, element)
        drawn[element] = [text for text, *_ in texts]
        outside = [
            t for t, x0, y0, x1, y1 in texts if x0 < left - 1 or y0 < top - 1 or x1 > right + 1 or y1 > bottom + 1
        ]
        assert outside == []
    assert {"1", "2", "3", "4", "MCP", "PACS"} <= set(drawn["#map"])
    assert {"Today's groups", "This plan"} <= set(drawn["#cost-chart"])
    amounts = len([text for text in drawn["#cost-chart"] if re.fullmatch(r"[+\N{MINUS SIGN}]?£[\d.,]+m?", text)])
    assert amounts >= len(browser.run("return document.getElementById('cost-chart').data[0].y"))
    legend = browser.run(
        "return [...document.querySelectorAll('.key span')].map((e) => e.getBoundingClientRect().height)"
    )
    assert len(legend) == 6
    assert min(legend) > 0


@pytest.mark.parametrize("width", [390, 420])
def test_sums_of_money_need_no_scrolling_on_a_phone(browser: Browser, hamlet_page: Path, width: int) -> None:
    shown(browser, hamlet_page, width)
    for table in ("#money", "#cost"):
        frame = "const f = document.querySelector(arguments[0]).closest('.table-frame');"
        assert browser.run(f"{frame} return f.scrollWidth - f.clientWidth", table) <= 1


def test_money_of_networks_fits_a_phone(browser: Browser, tmp_path: Path) -> None:
    shown(browser, page(tmp_path, funded_hamlet()), 390)
    browser.click("#network-money-part summary")
    for table in ("#network-money", "#commissioners"):
        width, frame = browser.run(
            "const t = document.querySelector(arguments[0]);"
            "return [t.offsetWidth, t.closest('.table-frame').clientWidth]",
            table,
        )
        assert 0 < width <= frame


@pytest.mark.parametrize("width", [1400, 400])
def test_loads_quietly_and_without_a_network(browser: Browser, hamlet_page: Path, width: int) -> None:
    shown(browser, hamlet_page, width)
    assert browser.complaints() == []
    assert browser.fetched() == []
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_every_hub_is_on_the_map_and_in_the_table(browser: Browser, hamlet_page: Path) -> None:
    shown(browser, hamlet_page)
    hubs = browser.run("return document.getElementById('map').data.filter(t => t.meta.kind === 'hub')")
    assert sum(len(trace["x"]) for trace in hubs) == len(BEST.hubs)
    numbers = sorted(int(number) for trace in hubs for number in trace["text"])
    assert numbers == list(range(1, len(BEST.hubs) + 1))
    rows = browser.run(ROWS, "#hubs")
    assert all(any(hub.site in row for row in rows) for hub in BEST.hubs)
    practices = browser.run("return document.getElementById('map').data.filter(t => t.meta.kind === 'practice')")
    assert sum(len(trace["x"]) for trace in practices) == len(hamlet().practices)


def test_filter_narrows_map_and_tables(browser: Browser, hamlet_page: Path) -> None:
    shown(browser, hamlet_page)
    everything = browser.run(VISIBLE)
    choose(browser, "PACS:ZH01")
    assert set(browser.run(VISIBLE)) == {"PACS:ZH01"}
    rows = browser.run(ROWS, "#hubs")
    assert len(rows) == 2
    assert all("ZP06" in row or "ZP07" in row for row in rows)
    choose(browser, "independent")
    assert set(browser.run(VISIBLE)) == {"independent"}
    assert any("ZP11" in row for row in browser.run(ROWS, "#practices"))
    choose(browser, "")
    assert browser.run(VISIBLE) == everything
    assert len(browser.run(ROWS, "#hubs")) == len(BEST.hubs)


def test_tables_sort(browser: Browser, hamlet_page: Path) -> None:
    shown(browser, hamlet_page)
    column = "return [...document.querySelectorAll('#hubs tbody tr')].map(r => r.cells[2].dataset.order * 1)"
    before = browser.run(column)
    browser.run("document.querySelectorAll('#hubs thead th')[2].querySelector('.dtcc-button_order').click()")
    until(lambda: bool(browser.run(column) == sorted(before)))
    assert before != sorted(before)


def test_map_can_be_zoomed(browser: Browser, hamlet_page: Path) -> None:
    shown(browser, hamlet_page)
    width = "const r = document.getElementById('map').layout.xaxis.range; return r[1] - r[0]"
    before = browser.run(width)
    browser.run('document.querySelector(\'#map [data-title="Zoom in"], #map [aria-label="Zoom in"]\').click()')
    until(lambda: bool(browser.run(width) < 0.9 * before))


def test_on_a_plane_there_is_no_street_map(browser: Browser, hamlet_page: Path) -> None:
    shown(browser, hamlet_page)
    assert browser.run("return document.getElementById('tiles')") is None


def test_street_map_is_fetched_only_when_asked_for(browser: Browser, tmp_path: Path) -> None:
    shown(browser, page(tmp_path, on_the_globe(hamlet())))
    assert browser.fetched() == []
    browser.run("document.getElementById('tiles').click()")
    until(lambda: any("basemaps" in address for address in browser.fetched()))
    browser.run("document.getElementById('tiles').click()")


def test_names_never_run(browser: Browser, tmp_path: Path) -> None:
    shown(browser, page(tmp_path, renamed(hamlet(), HOSTILE)))
    assert browser.run("return document.title") != "run"
    assert "<script>" in browser.run("return document.querySelector('h1').textContent")
    assert browser.run("return document.querySelectorAll('img[src=x]').length") == 0
    assert browser.complaints() == []
    assert browser.fetched() == []


def test_without_coordinates_tables_work_all_the_same(browser: Browser, tmp_path: Path) -> None:
    write_report(placeless(), tmp_path / "report.html")
    shown(browser, tmp_path / "report.html")
    assert browser.complaints() == []
    assert len(browser.run(ROWS, "#hubs")) == 1
