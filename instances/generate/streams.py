"""One random stream per part, so that a change in one part leaves the draws of all others as they were."""

from __future__ import annotations

from typing import Literal

import numpy as np

Part = Literal[
    "region", "places", "positions", "lists", "deprivation", "staff", "groups", "hospitals", "consent", "names", "homes"
]
_ORDER: tuple[Part, ...] = (
    "region",
    "places",
    "positions",
    "lists",
    "deprivation",
    "staff",
    "groups",
    "hospitals",
    "consent",
    "names",
    "homes",
)


class Streams:
    """Independent generators by name, all from one seed."""

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError(f"seed {seed}: expected 0 or more")
        self._seed = seed

    def __getitem__(self, part: Part) -> np.random.Generator:
        return np.random.default_rng([self._seed, _ORDER.index(part)])
