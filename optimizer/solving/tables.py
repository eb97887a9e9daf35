"""A verified plan as tables: the columns of assignments.csv, hubs.csv and networks.csv, a row a practice, hub, network.

A missing value is NA: no hub = independent or run by a trust, no network = a hub on its own. Distances are rounded to
metres.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from instances import Instance
from optimizer.solving.formulas import as_text_cell
from optimizer.verify import Evaluation

KM_DECIMALS = 3
FTE_DECIMALS = 6  # the tolerance of verification

ASSIGNMENTS = {
    "practice": "string",
    "hub": "string",
    "network": "string",
    "care_model": "string",
    "moved": "bool",
    "km": "float64",
}
RUN_BY = "run_by"  # the hospital whose trust runs a practice: a column where trusts may
COORDINATES = ("latitude", "longitude", "x_km", "y_km")  # degrees, or km on a plane
HUBS = {
    "hub": "string",
    "name": "string",
    "members": "int64",
    "patients": "int64",
    "in_band": "bool",
    "network": "string",
    "care_model": "string",
    "continues": "string",
    "mean_km": "float64",
    "max_km": "float64",
}
NETWORKS = {
    "network": "string",
    "care_model": "string",
    "lead": "string",
    "hubs": "int64",
    "practices": "int64",
    "patients": "int64",
    "mean_km": "float64",
    "max_km": "float64",
}


def assignments_columns(instance: Instance) -> dict[str, str]:
    """The columns of assignments.csv with their kinds."""
    return ASSIGNMENTS if instance.trust_run is None else {**ASSIGNMENTS, RUN_BY: "string"}


def assignments_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a practice, in the instance's order; beyond assignments.csv, names and figures of the instance."""
    table = _placed(instance, evaluation)
    names = {place.id: place.name or None for place in (*instance.hospitals, *instance.practices)}
    practices = instance.practices
    return table.assign(
        name=pd.array([practice.name or None for practice in practices], dtype="string"),
        hub_name=pd.array([names.get(facts.hub or "") for facts in evaluation.practices], dtype="string"),
        patients=[practice.patients for practice in practices],
        current_group=pd.array([practice.current_group for practice in practices], dtype="string"),
        **{
            half: pd.array([getattr(practice, half) for practice in practices], dtype="float64")
            for half in COORDINATES
            if any(getattr(practice, half) is not None for practice in practices)
        },
    )


def _placed(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    columns = assignments_columns(instance)
    rows = (
        (facts.practice, facts.hub, facts.network, facts.care_model, facts.moved, _km(facts.km), facts.run_by)
        for facts in evaluation.practices
    )
    return _frame((row[: len(columns)] for row in rows), columns)


def hubs_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a hub.

    `members` is their number, `in_band` whether `patients` is within the targets, `fte_<role>` the members' staff with
    estimates, `hires_<role>` the FTE to hire.
    """
    roles = [role.id for role in instance.role]
    columns = {**HUBS, **{f"fte_{role}": "float64" for role in roles}, **{f"hires_{role}": "float64" for role in roles}}
    rows = (
        (
            hub.site,
            hub.name or None,
            len(hub.members),
            hub.patients,
            instance.hub.target_min <= hub.patients <= instance.hub.target_max,
            hub.network,
            hub.care_model,
            hub.continues,
            _km(hub.mean_km),
            _km(hub.max_km),
            *(_fte(hub.fte[role]) for role in roles),
            *(_fte(hub.hired(role)) for role in roles),
        )
        for hub in evaluation.hubs
    )
    return _frame(rows, columns)


def networks_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a network; `hubs`, `practices` and `patients` are numbers, distances are hub to lead."""
    del instance
    rows = (
        (
            network.id,
            network.care_model,
            network.lead,
            len(network.hubs),
            network.practices,
            network.patients,
            _km(network.mean_km),
            _km(network.max_km),
        )
        for network in evaluation.networks
    )
    return _frame(rows, NETWORKS)


def as_csv(table: pd.DataFrame) -> str:
    """Comma-separated text: empty cells for missing values, true and false in lowercase, no formulas."""
    flags = table.select_dtypes("bool").columns
    words = table.assign(**{flag: table[flag].map({True: "true", False: "false"}) for flag in flags})
    texts: list[str] = list(table.select_dtypes("string").columns)
    words = words.assign(**{text: table[text].map(as_text_cell, na_action="ignore") for text in texts})
    words.columns = words.columns.map(as_text_cell)
    return words.to_csv(index=False, lineterminator="\n")


def _frame(rows: Iterable[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows), columns=list(columns)).astype(columns)


def _km(km: Fraction | None) -> float | None:
    return None if km is None else round(float(km), KM_DECIMALS)


def _fte(fte: Fraction) -> float:
    return round(float(fte), FTE_DECIMALS)
