"""Instances from pandas DataFrames: the rules of a CSV file, by row label, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from instance_strategies import instances

from instances import Fault, InputError, Instance

DATA = Path(__file__).parents[2] / "instances" / "data"
PRACTICES = pd.DataFrame(
    {"id": ["a", "b", "c"], "patients": [9_000, 8_000, 7_000], "latitude": [52.4, 52.5, 52.6], "longitude": -1.9},
    index=["first", "second", "third"],
)
HOSPITALS = pd.DataFrame({"id": ["H"], "kind": ["acute"], "latitude": [52.4], "longitude": [-1.9]})


@given(instances())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_frames_make_the_same_instance_again(instance: Instance) -> None:
    again = Instance.from_frames(**instance.frames())
    assert again == instance
    assert again.sha256 == instance.sha256
    assert again.hub.model_fields_set == instance.hub.model_fields_set
    assert again.policy.model_fields_set == instance.policy.model_fields_set


@pytest.mark.parametrize("name", ["hamlet", "market_town"])
def test_a_frame_of_a_csv_file_is_that_file(name: str) -> None:
    read = Instance.read(DATA / name)
    frames = {**read.frames(), **{t: pd.read_csv(DATA / name / f"{t}.csv") for t in ("practices", "hospitals")}}
    assert Instance.from_frames(**frames) == read


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.convert_dtypes(),
        lambda f: f.astype({"id": "category", "patients": "Int64"}),
        lambda f: f.astype({"patients": "float32", "longitude": object}),
        lambda f: f.assign(patients=f["patients"].astype(str)),
        lambda f: f.set_index("id"),
        lambda f: f.astype(object).map(lambda cell: np.asarray(cell)[()]),
        lambda f: f[["longitude", "patients", "latitude", "id"]].assign(name=np.nan, rural=pd.NA, area=None),
        lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
        lambda f: f.assign(refuses=[[], [], []]),
    ],
)
def test_whatever_types_pandas_gives_them(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assert Instance.from_frames(change(PRACTICES)) == Instance.from_frames(PRACTICES)


def test_values_arrive() -> None:
    more = PRACTICES.assign(
        id=[1, 2, 3],
        rural=pd.Series([True, None, False], index=PRACTICES.index, dtype="boolean"),
        refuses=[["MCP", "PACS"], "MCP", None],
        fte_gp=[1.5, np.nan, 0],
        hub_capacity=[20_000, np.nan, np.nan],
    )
    made = Instance.from_frames(
        more, role=[{"id": "gp"}], travel={"circuity": np.float64(1.5)}, hub={"min": np.int64(7)}
    )
    assert [practice.id for practice in made.practices] == ["1", "2", "3"]
    assert [practice.rural for practice in made.practices] == [True, None, False]
    assert [practice.refuses for practice in made.practices] == [("MCP", "PACS"), ("MCP",), ()]
    assert [practice.fte for practice in made.practices] == [{"gp": 1.5}, {}, {"gp": 0.0}]
    assert made.practices[0].hub_capacity == 20_000
    assert (made.travel.circuity, made.hub.min) == (1.5, 7)


def test_tables_beside_the_practices() -> None:
    made = Instance.from_frames(
        PRACTICES,
        HOSPITALS,
        neighbours=pd.DataFrame({"a": ["a"], "b": ["b"]}),
        travel={"cost_per_patient_km": 2, "table": pd.DataFrame({"from": ["a"], "to": ["H"], "km": [3]})},
        care_model=pd.DataFrame({"id": ["MCP"], "lead": ["hub"]}),
        name="Kent",
    )
    assert made.travel.table is not None
    assert (made.travel.table.km, made.travel.cost_per_patient_km) == ((3.0,), 2.0)
    assert made.neighbours is not None
    assert (made.neighbours[0].a, made.care_model[0].id, made.name) == ("a", "MCP", "Kent")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"patients": [9_000, -5, 7_000]}, ("practices", "second", "patients", "-5")),
        ({"patients": [9_000, np.nan, 7_000]}, ("practices", "second", "patients", "")),
        ({"patients": [9_000.5, 8_000, 7_000]}, ("practices", "first", "patients", "9000.5")),
        ({"latitude": [52, 53, np.inf]}, ("practices", "third", "latitude", "inf")),
        ({"id": ["a", "b", "a"]}, ("practices", "third", "id", "a")),
        ({"id": ["a", None, "c"]}, ("practices", "second", "id", "")),
        ({"patient": [1, 2, 3]}, ("practices", None, "patient", None)),
        ({"patients": pd.to_datetime(["2026-01-01"] * 3)}, ("practices", "first", "patients", "2026-01-01 00:00:00")),
    ],
)
def test_faults_name_frame_label_and_column(change: dict[str, Any], place: tuple[str | None, ...]) -> None:
    with pytest.raises(InputError) as caught:
        Instance.from_frames(PRACTICES.assign(**change))
    fault = caught.value.faults[0]
    assert (fault.file, fault.row, fault.column, fault.value) == place


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"practices": PRACTICES.drop(columns="patients")}, "practices, patients: a column of this name"),
        ({"practices": PRACTICES.drop(columns="latitude")}, "practices, latitude: a column of this name"),
        ({"practices": pd.concat([PRACTICES, PRACTICES["id"]], axis=1)}, "practices, id: each column once"),
        ({"practices": pd.concat([PRACTICES] * 2)}, "row 'first (at position 3)', id"),
        ({"practices": PRACTICES.reset_index(drop=True).assign(patients=-1)}, "practices, row 0, patients: found '-1'"),
        ({"practices": [{"id": "a"}]}, "practices: found 'list': a pandas DataFrame"),
        ({"practices": None}, "practices: found 'NoneType': a pandas DataFrame"),
        ({"practices": PRACTICES, "hospitals": HOSPITALS.assign(kind="acut")}, "hospitals, row 0, kind: found 'acut'"),
        ({"practices": PRACTICES, "hub": {"min": -1}}, "rules, hub.min: found '-1'"),
        ({"practices": PRACTICES, "hubs": {"min": 1}}, "rules, hubs: not a known name; did you mean 'hub'"),
        ({"practices": PRACTICES, "hospital": HOSPITALS}, "hospital: no table of an instance has this name; did you"),
        ({"practices": PRACTICES, "neighbours": pd.DataFrame({"a": ["a"], "b": ["x"]})}, "row 0, b: found 'x'"),
        (
            {"practices": PRACTICES, "settings": pd.DataFrame({"key": ["hub.min"], "value": [-3]}, index=["min"])},
            "settings, row 'min', hub.min: found '-3'",
        ),
    ],
)  # fmt: skip
def test_faults_of_all_tables(parts: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        Instance.from_frames(**parts)
    assert said in str(caught.value)


def test_all_faults_at_once() -> None:
    wrong = PRACTICES.assign(patients=[-1, 8_000, "many"], latitude=[52, 95, 52])
    with pytest.raises(InputError) as caught:
        Instance.from_frames(wrong, HOSPITALS.assign(kind="x"), hub={"max_km": "far"})
    places = [(fault.file, fault.row, fault.column) for fault in caught.value.faults]
    assert sorted(places, key=str) == sorted(
        [
            ("rules", None, "hub.max_km"),
            ("practices", "first", "patients"),
            ("practices", "third", "patients"),
            ("practices", "second", "latitude"),
            ("hospitals", 0, "kind"),
        ],
        key=str,
    )
    assert all(isinstance(fault, Fault) for fault in caught.value.faults)


def test_a_frame_is_no_argument_of_the_constructor() -> None:
    with pytest.raises(InputError, match=r"^practices: found 'DataFrame': .*Instance\.from_frames\(") as caught:
        Instance(practices=PRACTICES)  # type: ignore[arg-type]
    assert len(caught.value.faults) == 1


def test_an_instance_is_shown_in_a_line() -> None:
    instance = Instance.from_frames(PRACTICES, name="Kent")
    assert repr(instance) == str(instance) == f"<instance Kent: {len(PRACTICES)} practices, 0 hospitals>"


def test_frames_are_left_as_they_were() -> None:
    before = PRACTICES.copy()
    Instance.from_frames(PRACTICES)
    pd.testing.assert_frame_equal(PRACTICES, before)
