"""A problem cut to part of it: some practices and sites, everything else about them as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, get_type_hints

import numpy as np

from optimizer.model.arrays import IntArray
from optimizer.model.axes import Axis, Chosen
from optimizer.model.problem import Problem


def restrict(problem: Problem, practices: IntArray, sites: IntArray) -> Problem:
    """The problem of these practices and sites, both ascending, numbered anew; pairs and links between them stay.

    Network candidates stay but for those of hub-led models whose lead is none of the sites. Limits on the whole plan
    stay as they are. Raises TypeError for a field that does not say how it is cut (`optimizer.model.axes`).
    """
    p = problem
    chosen = {
        Axis.PRACTICE: Chosen(p.n_practices, practices),
        Axis.SITE: Chosen(p.n_sites, sites),
        Axis.CANDIDATE: Chosen(p.n_candidates, kept_candidates(p, sites)),
    }
    part: Problem = _cut(p, chosen)
    return part


def kept_candidates(p: Problem, sites: IntArray) -> IntArray:
    """The network candidates that a problem cut to these sites has, ascending."""
    return np.flatnonzero(~p.models.hub_led[p.candidates.model] | np.isin(p.candidates.site, sites))


def _cut(record: Any, chosen: Mapping[Axis, Chosen]) -> Any:
    """A dataclass with all its fields cut, those that are dataclasses without a word of their own field by field."""
    cut: dict[str, Any] = {}
    for name, cuts in _cuts(record.__class__).items():
        value = getattr(record, name)
        if cuts:
            for each in cuts:
                value = each(value, chosen)
            cut[name] = value
        elif is_dataclass(value):
            cut[name] = _cut(value, chosen)
        elif not isinstance(value, (bool, int, float, str)):
            raise TypeError(f"{type(record).__name__}.{name} does not say how it is cut to part of a problem")
    return replace(record, **cut)


@cache
def _cuts(kind: type) -> dict[str, tuple[Any, ...]]:
    """How each field of a dataclass is cut, as its annotation says."""
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: getattr(hints[field.name], "__metadata__", ()) for field in fields(kind)}
