"""The page of a plan of thousands of practices: the hamlet's, written as if it had too many, and a larger one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hamlet_plan import BEST, hamlet, on_the_globe, result
from report_support import HOSTILE, placeless, renamed, subject
from test_report_browser import WIDER, choose, shown, until

from instances import Instance
from instances.generate import GenerateSpec, generate
from optimizer.output.report import Subject, country
from optimizer.output.report.country import country_map, places_to_find
from optimizer.output.report.page import MANY, render
from optimizer.output.report.rows import Rows
from optimizer.output.report.tables import Cell, Row, table
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.today import today_plan, todays_evaluation
from optimizer.verify import verify
from tests.browser_support import Browser, browser

__all__ = ["browser"]

DRAWN = """return Object.fromEntries(document.getElementById('map').data.filter(t => t.visible !== false)
.map(t => [t.meta.kind, t.x.filter(x => x !== null).length]))"""
OF_KIND = "return document.getElementById('map').data.filter(t => t.meta.kind === arguments[0])"
EVERY_ROW = """const found = {};
for (const element of document.querySelectorAll('table.display')) {
  const frame = element.closest('.dt-container').querySelector('.dt-length select');
  if (frame) { frame.value = '-1'; frame.dispatchEvent(new Event('change')); }
  found[element.id] = [...element.tBodies[0].rows].map((row) => [...row.cells].map((cell) =>
    [cell.textContent, ...[...cell.classList].filter((name) => !/^(dt-|sorting)/.test(name)).sort()]));
}
return found"""
FACTS = subject(result(hamlet())).evaluation.practices
ABOUT_DRAWING = ("WebGL", "Canvas2D")  # what a browser without a graphics card says of any picture


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(hamlet(), tmp_path_factory.mktemp("country"))


def written(instance: Instance, folder: Path) -> Path:
    """Two hubs are all that the map has room for, of the hamlet's four."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(country, "ROOMY", 2)
        (folder / "report.html").write_text(render(subject(result(instance)), many=0))
    return folder / "report.html"


def faults(browser: Browser) -> list[str]:
    return [said for said in browser.complaints() if not any(word in said for word in ABOUT_DRAWING)]


def look_at(browser: Browser, name: str) -> None:
    browser.type("#find", name)


@pytest.mark.parametrize("width", [1400, 400])
def test_loads_quietly_without_a_network_and_fits(browser: Browser, page: Path, width: int) -> None:
    shown(browser, page, width)
    assert faults(browser) == []
    assert browser.fetched() == []
    assert browser.run(WIDER) == []
    assert browser.run("return document.querySelector('#map .no-webgl')") is None


def test_networks_from_afar_and_hubs_closer_by(browser: Browser, page: Path) -> None:
    shown(browser, page)
    afar = browser.run(DRAWN)
    assert {"network", "practice", "lead", "link"} <= afar.keys()
    assert (afar["practice"], afar["lead"], afar["hub"]) == (len(hamlet().practices), len(BEST.networks), 0)
    assert "area" not in afar
    assert {trace["type"] for trace in browser.run(OF_KIND, "practice")} == {"scattergl"}

    hub = BEST.hubs[0]
    place = next(practice for practice in hamlet().practices if practice.id == hub.site)
    near = {"xaxis.range": [place.x_km - 0.5, place.x_km + 0.5], "yaxis.range": [place.y_km - 0.5, place.y_km + 0.5]}  # type: ignore[operator]
    browser.run("Plotly.relayout('map', arguments[0])", near)
    until(lambda: browser.run(DRAWN)["hub"] > 0)
    closer = browser.run(DRAWN)
    assert closer["hub"] <= 2
    assert closer["area"] > 0
    assert closer["line"] > 0
    assert "network" not in closer
    named = [text for trace in browser.run(OF_KIND, "hub") for text in trace["text"]]
    assert any(text.endswith(place.name or place.id) for text in named)


def test_pointing_at_a_place_says_what_the_tables_say(browser: Browser, page: Path) -> None:
    shown(browser, page)
    (practices,) = browser.run(OF_KIND, "practice")
    facts = next(of for of in subject(result(hamlet())).evaluation.practices if of.hub and of.practice != of.hub)
    k = [practice.id for practice in hamlet().practices].index(facts.practice)
    said = practices["text"][k]
    assert f"({facts.practice})" in said
    assert f"Patients: {hamlet().practices[k].patients:,}" in said
    assert re.search(rf"Hub: .*\({facts.hub}\)", said)
    assert [practices["x"][k], practices["y"][k]] == [hamlet().practices[k].x_km, hamlet().practices[k].y_km]


def test_the_chosen_network_alone_with_its_hubs(browser: Browser, page: Path) -> None:
    shown(browser, page)
    everything = browser.run(DRAWN)
    choose(browser, "PACS:ZH01")
    inside = [hub for hub in BEST.hubs if hub.network == "PACS:ZH01"]
    until(lambda: browser.run(DRAWN)["hub"] == len(inside))
    drawn = browser.run(DRAWN)
    assert (drawn["practice"], drawn["lead"]) == (sum(len(hub.members) for hub in inside), 1)
    rows = browser.run("return [...document.querySelectorAll('#hubs tbody tr')].map(r => r.textContent)")
    assert len(rows) == len(inside)
    assert all(any(hub.site in row for row in rows) for hub in inside)
    choose(browser, "")
    until(lambda: bool(browser.run(DRAWN) == everything))


def test_a_place_is_found_by_its_name_or_code(browser: Browser, page: Path) -> None:
    shown(browser, page)
    place = hamlet().practices[3]
    look_at(browser, place.id.lower())
    until(lambda: bool(browser.run(OF_KIND, "found")))
    (mark,) = browser.run(OF_KIND, "found")
    assert (mark["x"], mark["y"]) == ([place.x_km], [place.y_km])
    assert place.id in mark["text"][0]
    low, high = browser.run("return document.getElementById('map').layout.xaxis.range")
    assert low < place.x_km < high  # type: ignore[operator]
    assert browser.texts("#find-said") == [""]
    look_at(browser, "nowhere at all")
    until(lambda: browser.texts("#find-said") == ["no such name"])
    assert browser.run(OF_KIND, "found") == []


def test_small_maps_find_places_too(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render(subject(result(hamlet()))))
    shown(browser, tmp_path / "report.html")
    place = hamlet().practices[0]
    for _ in range(2):  # the second mark takes the place of the first
        look_at(browser, place.id)
        until(lambda: [mark["x"] for mark in browser.run(OF_KIND, "found")] == [[place.x_km]])


def test_names_are_offered_while_typing(browser: Browser, page: Path) -> None:
    shown(browser, page)
    browser.run("const f = document.getElementById('find'); f.value = 'ZP0'; f.dispatchEvent(new Event('input'))")
    offered = browser.run("return [...document.querySelectorAll('#found option')].map(o => o.value)")
    assert len(offered) == sum("ZP0" in str(of[0]) for of in places_to_find(subject(result(hamlet()))))


def test_tables_of_data_say_what_written_ones_say(browser: Browser, page: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render(subject(result(hamlet()))))
    shown(browser, tmp_path / "report.html")
    in_page = browser.run(EVERY_ROW)
    shown(browser, page)
    assert browser.run(EVERY_ROW) == in_page
    assert len(in_page["practices"]) == len(hamlet().practices)


def test_tables_sort_by_figures_turn_pages_and_search(browser: Browser, page: Path, tmp_path: Path) -> None:
    paged = tmp_path / "report.html"
    paged.write_text(page.read_text().replace("const PAGE = 15", "const PAGE = 3"))
    shown(browser, paged)
    column = "return [...document.querySelectorAll('#practices tbody tr')].map(r => r.cells[1].textContent)"
    browser.run("document.querySelectorAll('#practices thead th')[1].querySelector('.dtcc-button_order').click()")
    patients = sorted(practice.patients for practice in hamlet().practices)
    until(lambda: bool(browser.run(column) == [f"{number:,}" for number in patients[:3]]))
    look_for = "document.querySelector('#practices').closest('.dt-container').querySelector('.dt-search input')"
    browser.run(f"const f = {look_for}; f.value = 'zp07'; f.dispatchEvent(new Event('input'))")
    names = "return [...document.querySelectorAll('#practices tbody tr')].map(r => r.cells[0].textContent)"
    until(lambda: len(browser.run(names)) == sum(of.hub == "ZP07" or of.practice == "ZP07" for of in FACTS))


def test_names_never_run(browser: Browser, tmp_path: Path) -> None:
    shown(browser, written(renamed(hamlet(), HOSTILE), tmp_path))
    choose(browser, "PACS:ZH01")
    look_at(browser, "zp06")
    until(lambda: bool(browser.run(OF_KIND, "found")))
    assert browser.run("return document.title") != "run"
    assert browser.run("return document.querySelectorAll('img[src=x]').length") == 0
    assert HOSTILE in browser.run("return document.querySelector('#practices tbody').textContent")
    assert faults(browser) == []
    assert browser.fetched() == []


def test_without_webgl_the_same_is_drawn(browser: Browser, page: Path, tmp_path: Path) -> None:
    off = "<body><script>HTMLCanvasElement.prototype.getContext = () => null</script>"
    (tmp_path / "report.html").write_text(page.read_text().replace("<body>", off, 1))
    shown(browser, tmp_path / "report.html")
    assert {trace["type"] for trace in browser.run(OF_KIND, "practice")} == {"scatter"}
    assert browser.run("return document.querySelectorAll('#map .scatterlayer .point').length") >= len(
        hamlet().practices
    )


def test_without_coordinates_tables_work_all_the_same(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(render(placeless(), many=0))
    shown(browser, tmp_path / "report.html")
    assert faults(browser) == []
    assert len(browser.run("return [...document.querySelectorAll('#hubs tbody tr')]")) == 1


# --- without a browser ------------------------------------------------------------------------------------------------


def test_a_street_map_is_offered_where_places_have_degrees() -> None:
    drawn = country_map(subject(result(on_the_globe(hamlet()))))
    assert drawn is not None
    assert drawn.tiles
    assert country_map(placeless()) is None


def test_cells_are_as_short_as_they_can_be() -> None:
    cells = (
        Cell("a"),
        Cell("a", "a", "", "name"),
        Cell("1,234", 1234.0),
        Cell("0.5", 0.5, "of 2"),
        Cell("not computed", float("inf")),
    )
    rows = Rows(as_data=True)
    assert rows.in_page(table("t", "A|B|#C|#D|E", iter([Row(cells, "MCP:x")]))) == ()
    short = ["MCP:x", "a", ["a", None, "", "name"], ["1,234", 1234], ["0.5", 0.5, "of 2"], ["not computed", 1e300]]
    assert rows.tables == {"t": {"columns": ["A", "B", "C", "D", "E"], "rows": [short]}}


def test_pages_of_many_practices_take_less_than_half_of_what_written_rows_do() -> None:
    """Beside libraries and styles: under 750 bytes a practice, so that 6,000 and the libraries are under 10 MB."""
    of = generate(GenerateSpec(practices=MANY + 100), 1)
    today = today_plan(of)
    assert today is not None
    plan = VerifiedPlan(of, today, verify(of, today))
    about = Subject.of(plan, None, todays_evaluation(of))
    written_out, as_data = len(render(about, many=len(of.practices))), len(render(about))
    libraries = len(render(subject(result(hamlet()))))
    assert as_data - libraries < 750 * len(of.practices)
    assert written_out - libraries > 2 * (as_data - libraries)
