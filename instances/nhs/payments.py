"""NHS Payments to General Practice, yearly: rurality and the Carr-Hill weighted list of each practice."""

from __future__ import annotations

import pandas as pd

from instances.nhs.cells import AVERAGES, postcodes
from instances.nhs.recognise import FileKind, Table

KIND = FileKind(
    "payments",
    "NHS Payments to General Practice (Annex 1, by practice)",
    {
        "code": ("practice_code",),
        "rurality": ("practice_rurality", "rurality"),
        "registered": (
            "number_of_registered_patients_last_known_figure",
            "average_number_of_registered_patients",
            "number_of_registered_patients",
        ),
        "weighted": (
            "number_of_weighted_patients_last_known_figure",
            "average_number_of_weighted_patients",
            "number_of_weighted_patients",
        ),
        "postcode": ("practice_postcode",),
        "closed": ("practice_close_date",),
    },
    required=("code", "rurality"),
)


def read_payments(table: Table) -> pd.DataFrame:
    """`code`, `rural` (true, false or None), `weight` (weighted to registered patients, nan = unknown), `postcode`.

    A practice may have several contracts in a year, a row each: the one that is still open, or the last, counts.
    """
    frame = table.frame().reindex(columns=list(KIND.columns), fill_value="")
    registered, weighted = (table.numbers(frame[field], field, AVERAGES) for field in ("registered", "weighted"))
    is_open = frame["closed"] == ""
    made = pd.DataFrame(
        {
            "code": frame["code"].str.upper(),
            "rural": frame["rurality"].str.lower().map(_rural),
            "weight": (weighted / registered.where(registered > 0)).where(weighted > 0),
            "postcode": postcodes(frame["postcode"]),
        }
    )
    return (
        made[made["code"] != ""]
        .assign(is_open=is_open)
        .sort_values("is_open", kind="stable")
        .drop_duplicates("code", keep="last")
    )


def _rural(text: str) -> bool | None:
    return True if text.startswith("rural") else False if text.startswith("urban") else None
