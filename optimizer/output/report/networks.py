"""The sections of the page on care models, waves and bids."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.analysis.network_tables import network_tables
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import Cell, Row, Table, number, table

_COLUMNS = {
    "mix": "Care model|#Networks|#Hubs|#Practices|#Patients|#% of patients|#Set-up, once",
    "waves": "Wave|#Start year|#Networks|#At most|#Patients|#Set-up, once|#Fund",
    "bids": "Bid|Care model|#Practices|#Patients|#Readiness|#Asked, once|Network|Wave",
}
_DECIMALS = {"patients_share": 1, "readiness": 2}


def plan_of_networks(subject: Subject) -> dict[str, Table]:
    """Tables by name, of what the instance has."""
    found = network_tables(subject.instance, subject.evaluation)
    return {name: table(name, _COLUMNS[name], map(_row, frame.to_dict("records"))) for name, frame in found.items()}


def _row(record: dict[Any, Any]) -> Row:
    return Row(tuple(_cell(str(column), value) for column, value in record.items()))


def _cell(column: str, value: object) -> Cell:
    if pd.isna(value):  # type: ignore[call-overload]
        return Cell("-", "~")
    if isinstance(value, str):
        return Cell(value, style="name")
    return number(float(value), _DECIMALS.get(column, 0))  # type: ignore[arg-type]
