"""The networks of a plan by care model, by wave and by bid, as tables for people: pages, workbooks, notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from instances import Instance
from optimizer.verify import Evaluation
from optimizer.verify.facts import NetworkFacts

NO_NETWORK = "in no network"
SHARE_DECIMALS = 1
MIX = {
    "care_model": "string",
    "networks": "int64",
    "hubs": "int64",
    "practices": "int64",
    "patients": "int64",
    "patients_share": "float64",
    "setup_once": "float64",
}
WAVES = {
    "wave": "string",
    "start_year": "int64",
    "networks": "int64",
    "most_networks": "Int64",
    "patients": "int64",
    "setup_once": "float64",
    "fund": "float64",
}
BIDS = {
    "bid": "string",
    "care_model": "string",
    "members": "int64",
    "patients": "int64",
    "readiness": "float64",
    "asked_once": "float64",
    "network": "string",
    "wave": "string",
}


def mix_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a care model of the instance, and one for whoever is in no network; `patients_share` in %."""
    total = sum(practice.patients for practice in instance.practices)
    outside = [facts for facts in evaluation.practices if facts.network is None]
    patients = {practice.id: practice.patients for practice in instance.practices}
    rows = [_of_model(model.id, evaluation.networks, total) for model in instance.care_model]
    alone = sum(patients[facts.practice] for facts in outside)
    hubs = sum(hub.network is None for hub in evaluation.hubs)
    rows.append((NO_NETWORK, 0, hubs, len(outside), alone, _share(alone, total), 0.0))
    return _frame(rows, MIX)


def _of_model(model: str, networks: Iterable[NetworkFacts], total: int) -> tuple[object, ...]:
    mine = [network for network in networks if network.care_model == model]
    patients = sum(network.patients for network in mine)
    return (
        model,
        len(mine),
        sum(len(network.hubs) for network in mine),
        sum(network.practices for network in mine),
        patients,
        _share(patients, total),
        float(sum(network.setup for network in mine)),
    )


def waves_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a wave: what starts in it, and what it may have; `setup_once` and `fund` in pounds."""
    rows = []
    for wave in instance.wave:
        mine = [network for network in evaluation.networks if network.wave == wave.id]
        patients, setup = sum(network.patients for network in mine), float(sum(network.setup for network in mine))
        rows.append((wave.id, wave.start_year, len(mine), wave.networks_max, patients, setup, wave.fund))
    return _frame(rows, WAVES)


def bids_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a bid, those that are funded with their network; `asked_once` in pounds."""
    patients = {practice.id: practice.patients for practice in instance.practices}
    setup = {model.id: model.setup_cost for model in instance.care_model}
    funded = {network.bid: network for network in evaluation.networks if network.bid is not None}
    rows = []
    for bid in instance.bids:
        network = funded.get(bid.id)
        held = sum(patients[member] for member in bid.members)
        asked = setup[bid.care_model] if bid.cost is None else bid.cost
        of = (None, None) if network is None else (network.id, network.wave)
        rows.append((bid.id, bid.care_model, len(bid.members), held, bid.readiness, asked, *of))
    return _frame(rows, BIDS)


def network_tables(instance: Instance, evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Those that there is something to say in, by name: the mix where there are care models, waves, bids."""
    given = {"mix": instance.care_model, "waves": instance.wave, "bids": instance.bids}
    made = {"mix": mix_table, "waves": waves_table, "bids": bids_table}
    return {name: made[name](instance, evaluation) for name, records in given.items() if records}


def _share(patients: int, total: int) -> float:
    return round(100 * patients / max(total, 1), SHARE_DECIMALS)


def _frame(rows: Sequence[tuple[object, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=list(columns)).astype(columns)
