"""One more unit of a limit, one unit less, and prices of what is beyond a limit on the whole plan."""

from __future__ import annotations

from typing import Any

from optimizer.rules.record import Loosening

HUB_PATIENTS = 1_000  # one more unit of a hub's size
NETWORK_PATIENTS = 10_000  # of a network's
SHARE = 0.01
FTE = 1.0
FTE_PER_10K = 0.1
FUND_POUNDS = 100_000.0
DISRUPTION_POUNDS = 10_000.0  # a year

DEAR = 1e8  # pounds a year, of a hub, a network or an FTE; times as much, of disruption
DEAR_PATIENT = 1e4  # pounds a year, of a patient outside networks
BRIEF_YEARS = 0.01  # over which one-off money is spread


def fewer(words: str, key: str, value: Any, unit: Any, **also: Any) -> Loosening:
    """A lower least value; `words` show it. `also`: settings that the tighter value takes."""
    least = max(_tidy(value - unit), type(value)(0))
    return Loosening(words.format(least), {key: least}, {key: _tidy(value + unit), **also})


def more(words: str, key: str, value: Any, unit: Any, highest: Any = None, **also: Any) -> Loosening:
    """A higher greatest value."""
    most = _tidy(value + unit) if highest is None else min(_tidy(value + unit), highest)
    return Loosening(words.format(most), {key: most}, {key: max(_tidy(value - unit), type(value)(0)), **also})


def _tidy(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value
