"""What is measured over many tasks, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from benchmarks.measures.drift import drift, drifted
from benchmarks.measures.means import charged, par10, reached_share, shifted_geometric_mean
from benchmarks.measures.profiles import profile, ratios
from benchmarks.measures.signed_rank import signed_ranks

NAN = math.nan


def test_shifted_geometric_mean() -> None:
    """sqrt((3 + 1)(8 + 1)) - 1 = 5; without a shift sqrt(4 * 9) = 6."""
    assert shifted_geometric_mean(np.array([3.0, 8.0]), 1.0) == pytest.approx(5.0)
    assert shifted_geometric_mean(np.array([4.0, 9.0]), 0.0) == pytest.approx(6.0)
    assert shifted_geometric_mean(np.array([0.0, 80.0]), 10.0) == pytest.approx(20.0)


def test_failures_are_charged() -> None:
    seconds = np.array([2.0, NAN, 4.0, NAN])
    assert charged(seconds, 10.0).tolist() == [2, 10, 4, 10]
    assert par10(seconds, 10.0) == (2 + 100 + 4 + 100) / 4
    assert reached_share(seconds) == 0.5


def test_profile() -> None:
    """Tasks: a 2 b 4, a 6 b 3, a alone, nobody. Ratios of a: 1, 2, 1, inf; of b: 2, 1, inf, inf."""
    seconds = pd.DataFrame({"a": [2.0, 6.0, 5.0, NAN], "b": [4.0, 3.0, NAN, NAN]})
    assert ratios(seconds).to_numpy().tolist() == [[1, 2], [2, 1], [1, math.inf], [math.inf, math.inf]]
    steps = profile(seconds)
    assert steps[steps["backend"] == "a"][["ratio", "share"]].to_numpy().tolist() == [[1, 0.5], [2, 0.75]]
    assert steps[steps["backend"] == "b"][["ratio", "share"]].to_numpy().tolist() == [[1, 0.25], [2, 0.5]]


def test_profile_of_one_that_is_never_the_fastest_begins_at_none() -> None:
    steps = profile(pd.DataFrame({"a": [1.0, 1.0], "b": [3.0, NAN], "c": [NAN, NAN]}))
    assert steps[steps["backend"] == "b"][["ratio", "share"]].to_numpy().tolist() == [[1, 0], [3, 0.5]]
    assert steps[steps["backend"] == "c"][["ratio", "share"]].to_numpy().tolist() == [[1, 0]]


def test_times_that_clocks_cannot_tell_apart_are_equal() -> None:
    assert ratios(pd.DataFrame({"a": [0.0], "b": [0.002]})).to_numpy().tolist() == [[1, 1]]


def test_signed_rank() -> None:
    """a is faster in all 6 tasks: of 2^6 sign patterns only 2 are as extreme, p = 2 / 64."""
    seconds = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [3.0, 11, 31, 79, 191, 447]})
    (pair,) = signed_ranks(seconds).to_dict("records")
    assert (pair["a"], pair["b"], pair["tasks"], pair["differing"]) == ("a", "b", 6, 6)
    assert pair["p"] == pytest.approx(2 / 64)
    assert pair["factor"] == pytest.approx(2**3.5)  # (b + 1) / (a + 1) is 2, 4, 8, 16, 32, 64
    assert pair["q"] == pair["p"]


def test_signed_rank_leaves_out_equal_tasks_and_corrects_for_the_number_of_pairs() -> None:
    a = np.array([1.0, 2, 3, 4, 5, 6, 7])
    b = np.array([3.0, 11, 31, 79, 191, 447, 7])
    table = signed_ranks(pd.DataFrame({"a": a, "b": b, "same": a})).set_index(["a", "b"])
    assert table.loc[("a", "b"), "differing"] == 6
    assert math.isnan(table.loc[("a", "same"), "p"])
    assert table["p"].dropna().to_list() == pytest.approx([2 / 64, 2 / 64])
    assert table["q"].dropna().to_list() == pytest.approx([2 / 64, 2 / 64])  # Benjamini-Hochberg: 2 / 64 x 2 / 2


def test_signed_rank_of_ties_is_from_the_normal_distribution() -> None:
    """Ranks of six equal differences are 3.5 each; the sum is 0 against 10.5 expected, with variance
    6 x 7 x 13 / 24 - (6^3 - 6) / 48 = 18.375."""
    (pair,) = signed_ranks(pd.DataFrame({"a": [1.0] * 6, "b": [3.0] * 6})).to_dict("records")
    assert pair["p"] == pytest.approx(2 * norm.sf(10.5 / 18.375**0.5))


def test_machine_that_drifts_is_told() -> None:
    def references(*seconds: float) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "machine": [{"id": "m1"}] * len(seconds),
                "instance": "job",
                "backend": "loop",
                "started": [f"2026-11-26T12:0{k}:00Z" for k in range(len(seconds))],
                "total_s": seconds,
            }
        )

    steady, drifting = drift(references(2.0, 2.1, 1.9)), drift(references(2.0, 2.0, 3.0))
    assert steady["to_median"].to_list() == [1, 1.05, 0.95]
    assert drifted(steady) == []
    (said,) = drifted(drifting)
    assert "from 1.00 to 1.50 times its median of 2.00 s over 3 runs" in said
