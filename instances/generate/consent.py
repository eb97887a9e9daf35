"""Which care models a practice refuses: partners of a mind work together, so refusals run in groups."""

from __future__ import annotations

import numpy as np

from instances.generate.fields import Bools, Ints, whole_number
from instances.generate.spec import GenerateSpec

_COMMON_MIND = 0.8  # weight of the group's view against the practice's own


def draw_refusals(spec: GenerateSpec, group: Ints, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """Per practice, the ids of the models that it refuses."""
    refusing = {"PACS": _draw(spec.refuse_pacs, group, rng), "MCP": _draw(spec.refuse_mcp, group, rng)}
    return [tuple(model for model, by in refusing.items() if by[i]) for i in range(len(group))]


def _draw(share: float, group: Ints, rng: np.random.Generator) -> Bools:
    """bool[n]: exactly the share (rounded) of practices, those most against it."""
    of_groups = rng.normal(size=int(group.max()) + 2)[group]  # the last one is the view of those in no group
    against = _COMMON_MIND * of_groups + (1.0 - _COMMON_MIND) * rng.normal(size=len(group))
    refusing = np.zeros(len(group), np.bool_)
    refusing[np.argsort(-against, kind="stable")[: whole_number(share, len(group))]] = True
    return refusing
