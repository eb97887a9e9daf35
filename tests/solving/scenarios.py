"""A scenario as a program of many processes has it: a function at the top of a module that can be imported."""

from __future__ import annotations

from optimizer import Instance, Result, solve

_ROW = [{"id": f"p{k}", "patients": 12_000, "x_km": 2.0 * k, "y_km": 0.0} for k in range(4)]


def most_km(max_km: float) -> Result:
    """Four practices in a row, 2 km apart, hubs of at most so many km."""
    instance = Instance.model_validate({"practices": _ROW, "hub": {"max_km": max_km, "min": 12_000}})
    return solve(instance, "highs", time_limit=120, threads=1)
