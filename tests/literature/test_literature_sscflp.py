"""Single-source capacitated facility location files: what becomes of them and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from literature_files import SSCFLP, SSCFLP_OPTIMUM, cheapest, plan_of

from instances import InputError, Instance
from instances.assumptions import assumptions
from instances.literature import Layout, read_sscflp
from optimizer.verify import verify


def _file(folder: Path, text: str) -> Path:
    path = folder / "toy.dat"
    path.write_text(text)
    return path


def test_customers_become_practices_and_sites_hospitals(tmp_path: Path) -> None:
    made = read_sscflp(_file(tmp_path, SSCFLP)).instance
    assert [(p.id, p.patients, p.can_host_hub) for p in made.practices] == [
        ("c1", 3, False),
        ("c2", 2, False),
        ("c3", 2, False),
    ]
    assert [(h.id, h.hub_capacity, h.hub_setup_cost) for h in made.hospitals] == [("s1", 5, 10.0), ("s2", 4, 20.0)]
    table = made.travel.table
    assert table is not None
    assert table.cost is not None
    costs = dict(zip(zip(table.origin, table.destination, strict=True), table.cost, strict=True))
    assert costs["c2", "s1"] == 9
    assert costs["c1", "s2"] == 9
    assert assumptions(made) == []


def test_optimum(tmp_path: Path) -> None:
    objective, plan = cheapest(read_sscflp(_file(tmp_path, SSCFLP)).instance, ["s1", "s2"])
    assert objective == SSCFLP_OPTIMUM
    assert plan == plan_of({"c1": "s1", "c2": "s2", "c3": "s1"}, ("s1", "s2"))


def test_line_breaks_mean_nothing(tmp_path: Path) -> None:
    made = read_sscflp(_file(tmp_path, SSCFLP)).instance
    assert read_sscflp(_file(tmp_path, "\r\n\r\n".join(SSCFLP.split()))).instance == made
    assert read_sscflp(_file(tmp_path, "\t ".join(SSCFLP.split()))).instance == made


def test_decimals(tmp_path: Path) -> None:
    """Demands and capacities are scaled, money is not."""
    imported = read_sscflp(_file(tmp_path, "1 2\n5 0.75\n2.5 2.5\n0.1 0.2\n"))
    made = imported.instance
    assert [p.patients for p in made.practices] == [25, 25]
    assert made.hospitals[0].hub_capacity == 50
    assert "multiplied by 10," in imported.notes[0]
    evaluation = verify(made, plan_of({"c1": "s1", "c2": "s1"}))
    assert evaluation.ok
    assert float(evaluation.objective) == 1.05


def test_a_customer_too_large_for_a_site(tmp_path: Path) -> None:
    made = read_sscflp(_file(tmp_path, "2 1\n5 0\n9 0\n6\n1\n2\n")).instance
    assert [v.rule for v in verify(made, plan_of({"c1": "s1"})).violations] == ["capacity"]
    assert verify(made, plan_of({"c1": "s2"})).ok


# customer by customer, three costs to a line, as the OR-Library's cap files break them after seven
_SITES = "4 3\n50 100.5\n50 100.5\n60 90\n60 0.\n"
_CUSTOMERS = {
    "cap": "14\n11.5 12.25 13\n14\n20\n21 22.5 23\n24\n30\n31 32 33.75\n34\n",
    "a line each": "14 11.5 12.25 13 14\n20 21 22.5 23 24\n30 31 32 33.75 34\n",
    "one line": "14 11.5 12.25 13 14 20 21 22.5 23 24 30 31 32 33.75 34\n",
}
_BY_SITE = "14 20 30\n11.5 21 31\n12.25 22.5 32\n13 23 33.75\n14 24 34\n"


@pytest.mark.parametrize("lines", _CUSTOMERS)
def test_files_by_customer(tmp_path: Path, lines: str) -> None:
    """What the OR-Library publishes has as many numbers as a file by site, in another order."""
    imported = read_sscflp(_file(tmp_path, _SITES + _CUSTOMERS[lines]))
    by_site = read_sscflp(_file(tmp_path, _SITES + _BY_SITE))
    assert imported.instance == by_site.instance
    assert [p.patients for p in imported.instance.practices] == [14, 20, 30]
    assert "each customer's demand before its costs" in imported.notes[-1]
    assert by_site.notes == ()


def test_lines_decide_where_figures_could_be_either(tmp_path: Path) -> None:
    figures = ["2 3", "50 1", "50 1", "5 1 2", "6 3 4", "7 5 6"]
    assert [p.patients for p in read_sscflp(_file(tmp_path, "\n".join(figures))).instance.practices] == [5, 1, 2]
    made = read_sscflp(_file(tmp_path, "2 3\n50 1\n50 1\n5\n1 2\n6\n3 4\n7\n5 6\n")).instance
    assert [p.patients for p in made.practices] == [5, 6, 7]


def test_sums_decide_where_lines_do_not(tmp_path: Path) -> None:
    made = read_sscflp(_file(tmp_path, "2 3 10 1 10 1 5 100 200 6 300 400 7 500 600")).instance
    assert [p.patients for p in made.practices] == [5, 6, 7]


def test_a_layout_that_is_stated_counts(tmp_path: Path) -> None:
    path = _file(tmp_path, "2 3 50 1 50 1 5 1 2 6 3 4 7 5 6")
    for layout, demands in ((None, [5, 1, 2]), (Layout.SITES, [5, 1, 2]), (Layout.CUSTOMERS, [5, 6, 7])):
        assert [p.patients for p in read_sscflp(path, layout=layout).instance.practices] == demands


_COSTS = st.lists(st.just(0.0) | st.floats(1e-30, 1e9), min_size=6, max_size=6)


@given(costs=_COSTS)
def test_written_folder_reads_back_to_the_last_bit(
    costs: list[float], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bits")
    text = "2 2\n5 {!r}\n5 {!r}\n1 1\n{!r} {!r}\n{!r} {!r}\n".format(*costs)
    made = read_sscflp(_file(folder, text)).instance
    made.write(folder / "out/instance.toml")
    back = Instance.read(folder / "out")
    assert back.travel.table is not None
    written = [*(h.hub_setup_cost for h in back.hospitals), *(back.travel.table.cost or ())]
    assert [c.hex() for c in written if c is not None] == [(c + 0.0).hex() for c in costs]
    assert back.sha256 == made.sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3", "row 1: found '3': number of sites and number of customers: two numbers"),
        ("0 3\n", "row 1: found '0': the number of sites, a whole number, 1 or more"),
        (
            "1 1\n5 1\n3\n",
            "row 3: 6 numbers for 1 sites and 1 customers (2 + 2m + n + mn); the file ends here, after 5",
        ),
        (
            "1 1\n5 1\n3\n7 8\n",
            "row 4: found '8': the end, after 6 numbers for 1 sites and 1 customers (2 + 2m + n + mn)",
        ),
        ("1 1\n5 1\n-3\n7\n", "row 3: found '-3': a demand, 0 or more"),
        ("1 1\n5 -1\n3\n7\n", "row 2: found '-1': a fixed cost, 0 or more"),
        ("1 1\n5 1\n3\n-7\n", "row 4: found '-7': a cost, 0 or more"),
        ("1 1\n5 1\n3\n1e35\n", "row 4: found '1e35': a cost, 0 or more and at most 1e+30"),
        ("1 1\ncapacity 1\n3\n7\n", "row 2: found 'capacity': a plain number, such as 12 or 3.5"),
    ],
)
def test_malformed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_sscflp(_file(tmp_path, text))
    assert [str(fault) for fault in refused.value.faults] == [f"toy.dat, {said}"]
