"""Parameters in words become dataclasses; what there is not is refused by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from village import village

from optimizer.model.backend import SolveOptions, UnsupportedOption
from optimizer.solving.registry import check_options, load
from optimizer.solving.solve import solve
from solvers.process.params import read_params


@dataclass(frozen=True)
class Cooling:
    steps: int = 3
    hot: float = 2.0
    shares: tuple[float, float] = (0.5, 0.5)


@dataclass(frozen=True)
class Params:
    cooling: Cooling = field(default_factory=Cooling)


def read(given: dict[str, Any]) -> Params:
    params = read_params("mine", f"{__name__}:Params", given)
    assert isinstance(params, Params)
    return params


def test_values_that_are_stated_and_defaults() -> None:
    assert read({}) == Params()
    assert read({"cooling": {"hot": 1, "shares": [1, 2.5]}}) == Params(Cooling(hot=1.0, shares=(1.0, 2.5)))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"coling": {}}, "mine.coling = {}: no such parameter; did you mean 'cooling'?"),
        ({"cooling": {"x": 1}}, "mine.cooling.x = 1: no such parameter; there are steps, hot, shares"),
        ({"cooling": {"steps": 2.5}}, "mine.cooling.steps = 2.5: expected a valid integer"),
        ({"cooling": {"steps": "2"}}, "mine.cooling.steps = '2': expected a valid integer"),
        ({"cooling": {"steps": True}}, "mine.cooling.steps = True: expected a valid integer"),
        ({"cooling": {"shares": [1]}}, "mine.cooling.shares.1 = [1]: expected Field required"),
        ({"cooling": 2}, "mine.cooling = 2: expected an object"),
    ],
)
def test_what_there_is_not(given: dict[str, Any], expected: str) -> None:
    with pytest.raises(UnsupportedOption) as refused:
        read(given)
    assert str(refused.value) == f"mine cannot honour params: {expected}"


@pytest.mark.parametrize("backend", ["search", "columns", "auto"])
def test_refused_before_any_time_is_spent(backend: str) -> None:
    with pytest.raises(UnsupportedOption, match=f"{backend}.nothing = 1: no such parameter"):
        solve(village(), backend, params={backend: {"nothing": 1}})


def test_a_backend_without_params() -> None:
    options = SolveOptions(params={"highs": {"a": 1}})
    with pytest.raises(UnsupportedOption, match="highs has no params"):
        check_options(load("highs").info, options)
    assert check_options(load("highs").info, SolveOptions(params={"search": {"a": 1}})) == ()
