"""Which practices there are and whose: `gp-reg-pat-prac-map.csv`, monthly, NHS England."""

from __future__ import annotations

import pandas as pd

from instances.nhs.cells import postcodes
from instances.nhs.recognise import FileKind, Table

KIND = FileKind(
    "map",
    "practices and their areas (gp-reg-pat-prac-map.csv)",
    {
        "code": ("practice_code", "prac_code"),
        "name": ("practice_name", "prac_name"),
        "postcode": ("practice_postcode", "postcode"),
        "extract_date": ("extract_date",),
        "pcn": ("pcn_code",),
        "pcn_name": ("pcn_name",),
        "sub_icb": ("sub_icb_location_code", "sub_icb_loc_code", "sub_icb_code", "ccg_code"),
        "sub_icb_ons": ("ons_sub_icb_location_code", "ons_sub_icb_loc_code", "ons_ccg_code"),
        "sub_icb_name": ("sub_icb_location_name", "sub_icb_loc_name", "sub_icb_name", "ccg_name"),
        "icb": ("icb_code", "stp_code"),
        "icb_ons": ("ons_icb_code", "ons_stp_code"),
        "icb_name": ("icb_name", "stp_name"),
    },
    required=("code", "name", "postcode", "extract_date", "sub_icb"),
)

COLUMNS = {
    "id": "practice code",
    "current_group": "PCN name",
    "area": "sub-ICB location code",
}  # by an instance's field
_NO_PCN = ("", "U", "UNALLOCATED")  # as the publication writes a practice in no network


def read_map(table: Table, notes: list[str]) -> pd.DataFrame:
    """A row per practice (and extract) with every field of `KIND` as text, empty where the file has none.

    `pcn` is empty for a practice in no network; `day` is the extract's, and `notes` is told how an unclear one is read.
    """
    frame = table.frame().reindex(columns=list(KIND.columns), fill_value="")
    frame["code"] = frame["code"].str.upper()
    frame["postcode"] = postcodes(frame["postcode"])
    unallocated = frame["pcn"].str.upper().isin(_NO_PCN)
    frame.loc[unallocated, ["pcn", "pcn_name"]] = ""
    frame["day"] = table.days(frame["extract_date"], "extract_date", notes)
    return frame[frame["code"] != ""]
