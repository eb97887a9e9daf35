"""Capacitated p-median files: what becomes of them, to the last bit, and what is refused."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from literature_files import CPMP, cheapest, plan_of

from instances import InputError, Instance
from instances.assumptions import assumptions
from instances.literature import read_cpmp
from instances.literature.distance import euclidean, nearest_root
from optimizer.verify import verify


def _file(folder: Path, text: str) -> Path:
    path = folder / "toy.txt"
    path.write_text(text)
    return path


def _refusal(folder: Path, text: str, **options: float) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_cpmp(_file(folder, text), **options)  # type: ignore[arg-type]
    return [str(fault) for fault in refused.value.faults]


# --- the instance -----------------------------------------------------------------------------------------------------


def test_nodes_become_practices(tmp_path: Path) -> None:
    imported = read_cpmp(_file(tmp_path, CPMP))
    made = imported.instance
    assert made.name == "toy"
    assert imported.notes == ()
    assert [(p.id, p.patients, p.hub_capacity, p.x_km, p.y_km) for p in made.practices] == [
        ("1", 6, 10, 0.0, 0.0),
        ("2", 2, 10, 3.0, 4.0),
        ("3", 1, 10, 10.0, 0.0),
        ("4", 1, 10, 13.0, 4.0),
    ]
    assert (made.hub.count_min, made.hub.count_max, made.hub.min, made.hub.host_is_member) == (2, 2, 0, False)
    assert made.travel.table is not None
    assert len(made.travel.table.origin) == 16
    assert assumptions(made) == []


def test_optimum(tmp_path: Path) -> None:
    objective, plan = cheapest(read_cpmp(_file(tmp_path, CPMP)).instance, list("1234"))
    assert objective == 10
    assert {hub.members for hub in plan.hubs} == {("1", "2"), ("3", "4")}


def test_optimum_with_least_load(tmp_path: Path) -> None:
    made = read_cpmp(_file(tmp_path, CPMP), lower=3.5).instance
    assert made.name == "toy (lower 3.5)"
    assert made.hub.min == 4
    objective, plan = cheapest(made, list("1234"))
    assert objective == pytest.approx(5 + math.sqrt(65), abs=1e-12)
    assert verify(made, plan).objective == 5 + Fraction(repr(math.sqrt(65)))


def test_optimum_floored(tmp_path: Path) -> None:
    made = read_cpmp(_file(tmp_path, CPMP), lower=4, floor=True).instance
    assert made.name == "toy (lower 4, floor)"
    assert cheapest(made, list("1234"))[0] == 5 + 8


def test_capacity_binds_and_a_median_may_be_served_elsewhere(tmp_path: Path) -> None:
    """Node 1 is too large for its own site, and only there is room for the others."""
    made = read_cpmp(_file(tmp_path, "3 2\n0 0 2 5\n1 0 5 1\n0 1 0 1\n")).instance
    objective, plan = cheapest(made, list("123"))
    assert objective == pytest.approx(1 + 1 + 1)
    assert plan == plan_of({"1": "2", "2": "1", "3": "1"}, ("1", "2"))


def test_a_load_at_the_largest_capacity_is_neither_oversize_nor_priced(tmp_path: Path) -> None:
    made = read_cpmp(_file(tmp_path, "2 1\n0 0 7 7\n0 2 3 0\n")).instance
    evaluation = verify(made, plan_of({"1": "1", "2": "1"}))
    assert evaluation.ok
    assert evaluation.objective == 2


def test_more_than_every_capacity_is_no_plan(tmp_path: Path) -> None:
    made = read_cpmp(_file(tmp_path, "1 1\n0 0 7 8\n")).instance
    assert [v.rule for v in verify(made, plan_of({"1": "1"})).violations] == ["capacity"]


# --- figures with decimals --------------------------------------------------------------------------------------------


def test_decimal_demands_are_scaled(tmp_path: Path) -> None:
    imported = read_cpmp(_file(tmp_path, "2 1\n0 0 10.5 2.25\n0 2 1e1 3.\n"), lower=5.25)
    made = imported.instance
    assert [(p.patients, p.hub_capacity) for p in made.practices] == [(225, 1050), (300, 1000)]
    assert made.hub.min == 525
    assert "multiplied by 100" in imported.notes[0]
    assert verify(made, plan_of({"1": "2", "2": "2"})).objective == 2


def test_decimals_beyond_what_scaling_can_hold(tmp_path: Path) -> None:
    said = _refusal(tmp_path, "1 1\n0 0 12 0.00000001\n")
    assert said == [
        "toy.txt, row 2: found '12': a demand or capacity of at most 1,000,000,000 "
        "(x 100,000,000, as other figures have decimals)"
    ]


# --- distances --------------------------------------------------------------------------------------------------------

_SQUARES, _SCALES = st.integers(0, 10**24), st.integers(0, 6).map(lambda k: 10**k)


@given(square=_SQUARES, scale=_SCALES)
def test_root_is_the_nearest_double(square: int, scale: int) -> None:
    with localcontext() as context:
        context.prec = 80
        assert nearest_root(square, scale) == float(Decimal(square).sqrt() / scale)


@given(square=st.integers(0, 2**53))
def test_root_of_a_whole_number_is_the_usual_one(square: int) -> None:
    assert nearest_root(square, 1) == math.sqrt(square)


def test_floor_does_not_fall_short_of_whole_distances() -> None:
    tenths = [(Fraction(0), Fraction(0)), (Fraction("0.6"), Fraction("0.8")), (Fraction("-0.6"), Fraction("-0.8"))]
    assert euclidean(tenths, floor=True) == [[0, 1, 1], [1, 0, 2], [1, 2, 0]]


_COORDINATES = st.decimals(-1000, 1000, places=2, allow_nan=False)


@given(points=st.lists(st.tuples(_COORDINATES, _COORDINATES), min_size=1, max_size=5), floor=st.booleans())
def test_written_folder_reads_back_to_the_last_bit(
    points: list[tuple[Decimal, Decimal]], floor: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bits")
    text = f" {len(points)}\t1 \r\n\r\n" + "".join(f"  {x} {y}\t9 1\r\n" for x, y in points)
    made = read_cpmp(_file(folder, text), floor=floor).instance
    made.write(folder / "out/instance.toml")
    back = Instance.read(folder / "out")
    assert made.travel.table is not None
    assert back.travel.table is not None
    assert [c.hex() for c in back.travel.table.cost or ()] == [c.hex() for c in made.travel.table.cost or ()]
    assert back == made
    assert back.sha256 == made.sha256


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "row 1: numbers; the file is empty"),
        ("4\n", "row 1: found '4': number of nodes and number of medians: two numbers"),
        ("2 x\n", "row 1: found 'x': a plain number, such as 12 or 3.5"),
        ("2.5 1\n", "row 1: found '2.5': the number of nodes, a whole number, 1 or more"),
        ("2 0\n", "row 1: found '0': the number of medians, a whole number, 1 or more"),
        ("1 2\n0 0 1 1\n", "row 1: found '2': at most as many medians as nodes, 1"),
        ("1 1\n0 0 1\n", "row 2: found '0 0 1': x, y, capacity and demand of a node: four numbers"),
        ("2 1\n0 0 1 1\n", "row 2: 2 nodes, as line 1 says; the file ends here, after 1"),
        ("1 1\n0 0 1 1\n\n0 0 1 1\n", "row 4: found '0 0 1 1': the end, after the 1 nodes of line 1"),
        ("1 1\n0 0 1 -1\n", "row 2: found '-1': a demand, 0 or more"),
        ("1 1\n0 0 -1 1\n", "row 2: found '-1': a capacity, 0 or more"),
        ("1 1\n0 0 1_0 1\n", "row 2: found '1_0': a plain number, such as 12 or 3.5"),
        ("1 1\n0 nan 1 1\n", "row 2: found 'nan': a plain number, such as 12 or 3.5"),
        ("1 1\n0 1e999999 1 1\n", "row 2: found '1e999999': a plain number, such as 12 or 3.5"),
        ("1 1\n0 0 1 2000000000\n", "row 2: found '2000000000': a demand or capacity of at most 1,000,000,000"),
    ],
)
def test_malformed(tmp_path: Path, text: str, said: str) -> None:
    assert _refusal(tmp_path, text) == [f"toy.txt, {said}"]


@pytest.mark.parametrize("lower", [11.0, -1.0, math.nan, math.inf])
def test_least_load_out_of_range(tmp_path: Path, lower: float) -> None:
    assert len(_refusal(tmp_path, CPMP, lower=lower)) == 1


def test_another_format_altogether(tmp_path: Path) -> None:
    said = _refusal(tmp_path, "practice,patients\n" * 40)
    assert len(said) == 11
    assert said[-1] == "toy.txt: this format throughout; 30 more places are not in it"


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is none at"):
        read_cpmp(tmp_path / "toy.txt")
