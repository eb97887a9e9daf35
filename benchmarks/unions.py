"""Unions of neighbouring areas of England, of about as many practices as are asked for, by the importer's own code.

Boards are taken whole, in one order: from Land's End outwards, by how far their practices are on average. So each
union is one region, and holds those before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from instances import Fault, InputError, Instance
from instances.nhs import Selection, import_nhs

PRACTICES = "england/practices.csv"
DOWNLOADS = "nhs_raw"  # the files as they are published
FIRST = "Cornwall"  # part of the name of the board that the order begins at


@dataclass(frozen=True)
class Boards:
    """Codes of integrated care boards in their order, and how many practices each has."""

    codes: tuple[str, ...]
    practices: tuple[int, ...]

    @classmethod
    def read(cls, data: Path) -> Boards:
        """From the folder of the data; raise `InputError` naming what is not there."""
        needed = (data / PRACTICES, data / DOWNLOADS)
        missing = [Fault(str(path), "the data of real areas; it is not there") for path in needed if not path.exists()]
        if missing:
            raise InputError(missing)
        return cls.ordered(pd.read_csv(data / PRACTICES))

    @classmethod
    def ordered(cls, practices: pd.DataFrame) -> Boards:
        """Of rows with `icb_code`, `icb_name`, `latitude`, `longitude`."""
        boards = practices.groupby("icb_code").agg(
            name=("icb_name", "first"),
            latitude=("latitude", "mean"),
            longitude=("longitude", "mean"),
            count=("icb_name", "size"),
        )
        first = boards[boards["name"].str.contains(FIRST, regex=False)]
        if len(first) != 1:
            raise InputError([Fault(PRACTICES, f"one board called {FIRST}", column="icb_name")])
        start = first.iloc[0]
        east = (boards["longitude"] - start["longitude"]) * np.cos(np.radians(start["latitude"]))
        near = boards.assign(away=np.hypot(boards["latitude"] - start["latitude"], east)).sort_values("away")
        return cls(tuple(map(str, near.index)), tuple(map(int, near["count"])))

    def reaching(self, practices: int) -> tuple[tuple[str, ...], int]:
        """The fewest boards in their order with at least so many practices, and how many these have; raise
        `InputError` where all have fewer."""
        reached = 0
        for number, more in enumerate(self.practices, start=1):
            reached += more
            if reached >= practices:
                return self.codes[:number], reached
        there = f"at most {reached:,}, which is all that the {len(self.codes)} boards of the data have"
        raise InputError([Fault(PRACTICES, there, column="practices", value=f"{practices:,}")])


def union(data: Path, boards: tuple[str, ...], name: str) -> Instance:
    """As `caregroup import nhs` makes it: default rules with care models, special practices kept."""
    return import_nhs([data / DOWNLOADS], Selection(icb=boards), name=name).instance
