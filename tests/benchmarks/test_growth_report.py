"""What is told of growth: seconds to gaps, exponents, who was not tried; and the parts of a page that are generated."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import pytest
from made_rows import point, row, without_plan

from benchmarks.growing import ENGLAND, GENERATED, P_MEDIAN, Cell
from benchmarks.report.growth import growth_figure, growth_markdown, growth_table, read_growth
from benchmarks.report.marked import marks, part, rewrite_part
from instances import InputError

# 110 after 2 s, 101 with a bound of 100 after `near` s, proven after `proven` s
SIZES = {100: (2, 3), 200: (4, 6), 400: (8, 12)}


def a_cell(size: int, backend: str = "auto", **fields: Any) -> Cell:
    near, proven = SIZES[size]
    steps = [point(1, 110, 50), point(near, 101, 100)]
    made = row(f"mixed-{size}", backend, trajectory=steps, total_s=proven, time_limit_s=60.0, **fields)
    return Cell(GENERATED, size, backend, practices=size, row=made)


CELLS = [
    *(a_cell(size) for size in SIZES),
    a_cell(100, "highs"),
    Cell(GENERATED, 200, "highs", practices=200, row=without_plan("mixed-200", "highs")),
    Cell(GENERATED, 400, "highs", practices=400, note="no plan in 60 s at 200: not tried beyond"),
    Cell(ENGLAND, 100, "", note="skipped: the data of real areas; it is not there"),
    Cell(P_MEDIAN, 100, "spopt:highs (rel_gap=0.02)", practices=100, row=row(
        "p", "spopt:highs", proof="claimed", reason="feasible", limit="gap", bound=99.0, gap=0.01, trajectory=[],
    )),
]  # fmt: skip


def lines(text: str, beginning: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(beginning)]


def test_seconds_to_a_plan_and_to_gaps() -> None:
    first = growth_table(CELLS).iloc[0]
    assert (first["plan_s"], first["gap_2_s"], first["gap_1_s"]) == (1, 2, 2)
    assert (first["objective"], first["peak_mb"], first["date"]) == (100, 100, "2026-11-26")


def test_a_run_without_plan_reached_nothing() -> None:
    table = growth_table(CELLS)
    nothing = table[(table["backend"] == "highs") & (table["size"] == 200)].iloc[0]
    assert all(isnan(nothing[name]) for name in ("plan_s", "gap_2_s", "gap_1_s"))


def test_exponents_say_on_how_many_sizes_they_rest() -> None:
    """Plans after 1 s at every size; gaps in proportion to it. `highs` reached one size."""
    said = growth_markdown(growth_table(CELLS))
    assert lines(said, "| auto |") == ["| auto | 0.00 (3 sizes) | 1.00 (3 sizes) | 1.00 (3 sizes) |"]
    assert lines(said, "| highs |") == ["| highs | - (1 size) | - (1 size) | - (1 size) |"]


def test_every_cell_is_a_row() -> None:
    said = growth_markdown(growth_table(CELLS))
    assert lines(said, "| 200 | auto ") == [
        "| 200 | auto | 1.0 | 4.0 | 4.0 | 100.00 | 100.00 | 0.00% | 100 | optimal |"
    ]
    assert lines(said, "| 400 | highs ")[0].endswith("| - | no plan in 60 s at 200: not tried beyond |")
    assert lines(said, "| 100 |  |")[0].endswith("| skipped: the data of real areas; it is not there |")
    (spopt,) = lines(said, "| 100 | spopt")
    assert spopt.endswith("| 1.00% | 100 | feasible, gap, bound claimed by spopt:highs |")
    assert said.startswith(
        "2026-11-26, commit 0123456; A processor, 2 cores, 8,000 MB; limits of a run: 60, 10 s, 1,000"
    )


def test_the_figure_has_what_was_reached_and_no_more() -> None:
    drawn = growth_figure(growth_table(CELLS)).data
    points = {(one.name, one.line.dash, tuple(one.x)): tuple(one.y) for one in drawn if not one.showlegend}
    assert points == {
        ("auto", "solid", (100, 200, 400)): (2, 4, 8),
        ("auto", "dot", (100, 200, 400)): (1, 1, 1),
        ("highs", "solid", (100,)): (2,),
        ("highs", "dot", (100,)): (1,),
        ("spopt:highs (rel_gap=0.02)", "solid", (100,)): (5,),
        ("spopt:highs (rel_gap=0.02)", "dot", (100,)): (5,),
    }
    assert [one.name for one in drawn if one.showlegend] == ["auto", "highs", "spopt:highs (rel_gap=0.02)"]


def test_a_part_of_a_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    begin, end = marks("growth")
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{begin}\nold\n{end}\n\nbelow\n")
    rewrite_part(page, "growth", "new\n\ntable\n")
    again = page.read_text()
    assert again == f"# Title\n\n{begin}\nnew\n\ntable\n{end}\n\nbelow\n"
    assert part(again, "growth", "page.md") == "new\n\ntable"
    rewrite_part(page, "growth", part(again, "growth", "page.md"))
    assert page.read_text() == again


@pytest.mark.parametrize("page", ["", "{0}", "{1}\n{0}", "{0}{1}{0}{1}"])
def test_a_page_without_its_marks_is_refused(page: str) -> None:
    with pytest.raises(InputError, match=r"page\.md: the lines <!-- growth: generated --> and <!-- growth: end -->"):
        part(page.format(*marks("growth")), "growth", "page.md")


def test_its_file_says_the_same(tmp_path: Path) -> None:
    table = growth_table(CELLS)
    table.to_csv(tmp_path / "growth.csv", index=False)
    assert growth_markdown(read_growth(tmp_path / "growth.csv")) == growth_markdown(table)
