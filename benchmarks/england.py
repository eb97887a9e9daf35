"""Areas of England with the homes of their patients as instances in memory, of the data in ../shared/data.

Homes are of July 2022 by LSOA of 2011, practices and lists of July 2026: the shares of 2022 count, of the list of 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from instances import Fault, InputError, Instance

PRACTICES = "england/practices.csv"
HOMES = "residents/practice_lsoa11_2022-07.csv.gz"
PLACES = "geography/lsoa11.csv.gz"
TOUCHING = "geography/lsoa11_adjacency.csv.gz"


@dataclass(frozen=True)
class England:
    """The tables as they are published; special practices (students, homeless, digital lists) are left out."""

    practices: pd.DataFrame
    homes: pd.DataFrame
    places: pd.DataFrame
    touching: pd.DataFrame

    @classmethod
    def read(cls, data: Path, *, keep_special: bool = False) -> England:
        """From the folder of the data; raises `InputError` naming every file that is not there."""
        files = [data / name for name in (PRACTICES, HOMES, PLACES, TOUCHING)]
        missing = [Fault(str(file), "a file of the data; it is not there") for file in files if not file.is_file()]
        if missing:
            raise InputError(missing)
        practices, homes, places, touching = map(pd.read_csv, files)
        wanted = practices if keep_special else practices[~practices["is_special"].astype(bool)]
        return cls(wanted, homes, places, touching)

    @cached_property
    def areas(self) -> list[str]:
        """Names of integrated care boards."""
        return sorted(self.practices["icb_name"].unique())

    @cached_property
    def area_of(self) -> dict[str, str]:
        """By code of practice."""
        return dict(zip(self.practices["code"], self.practices["icb_name"], strict=True))

    def instance(self, area: str, **rules: Any) -> Instance:
        """Of a part of an area's name; today's PCNs are the current groups, `rules` as in an instance file.

        Raises `InputError` where no area is so called.
        """
        practices = self.practices[self.practices["icb_name"].str.contains(area, regex=False)]
        if practices.empty:
            raise InputError([Fault(PRACTICES, "part of the name of an area", column="icb_name", value=area)])
        homes = self._homes(practices["code"])
        places = self.places[self.places["lsoa11cd"].isin(homes["place"])]
        near = self.touching[self.touching.iloc[:, :2].isin(set(places["lsoa11cd"])).all(axis=1)]
        return Instance.from_frames(
            _practices(practices),
            name=area,
            homes=homes,
            places=_places(places),
            adjacency=near.iloc[:, :2].set_axis(["a", "b"], axis=1),
            **rules,
        )

    def _homes(self, practices: pd.Series[str]) -> pd.DataFrame:
        """Homes outside England, or of no fixed address, are at the practice: nobody knows them."""
        rows = self.homes[self.homes["practice_code"].isin(practices)]
        known = rows["lsoa11cd"].isin(self.places["lsoa11cd"])
        place = rows["lsoa11cd"].where(known, rows["practice_code"])
        placed = pd.DataFrame({"practice": rows["practice_code"], "place": place, "patients": rows["patients"]})
        return placed.groupby(["practice", "place"], as_index=False).sum()


def _practices(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": rows["code"],
            "name": rows["name"],
            "patients": rows["list_size"],
            "latitude": rows["latitude"],
            "longitude": rows["longitude"],
            "current_group": rows["pcn_code"].where(rows["pcn_allocated"].astype(bool)),
            "deprivation": rows["imd_2025"],
            "fte_gp": rows["gp_fte"],
        }
    )


def _places(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": rows["lsoa11cd"],
            "name": rows["lsoa11nm"],
            "latitude": rows["latitude"],
            "longitude": rows["longitude"],
            "zone_council": rows["lad22nm"],
            "zone_msoa": rows["msoa11cd"],
        }
    )
