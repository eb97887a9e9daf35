"""The money of networks and commissioners as tables: network_money.csv, commissioner_money.csv and sheets of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pandas as pd

from optimizer.analysis.network_money import CommissionerMoney, NetworkMoney, Record, figures, money_of, states_money
from optimizer.solving.result import VerifiedPlan

MONEY_TABLES = ("network_money", "commissioner_money")
_TYPES = {
    **dict.fromkeys(("network", "care_model", "area"), "string"),
    **dict.fromkeys(("patients", "practices", "patients_in_networks", "practices_in_networks"), "int64"),
    "delegated": "bool",
}


def money_tables(plan: VerifiedPlan) -> dict[str, pd.DataFrame]:
    """By name, in pounds; the second only where there are commissioners. Hubs in no network are the last row."""
    money = money_of(plan.instance, plan.evaluation)
    tables = {MONEY_TABLES[0]: _table(money.networks, NetworkMoney)}
    return (
        {**tables, MONEY_TABLES[1]: _table(money.commissioners, CommissionerMoney)} if money.commissioners else tables
    )


def stated_money_tables(plan: VerifiedPlan) -> dict[str, pd.DataFrame]:
    """Those that are written: none of an instance that says nothing of such money."""
    return money_tables(plan) if states_money(plan.instance) else {}


def _table(rows: Sequence[Record], kind: type[Record]) -> pd.DataFrame:
    names = [field.name for field in fields(kind)]
    columns = {name: _TYPES.get(name, "float64") for name in names}
    return pd.DataFrame.from_records([figures(row) for row in rows], columns=names).astype(columns)
