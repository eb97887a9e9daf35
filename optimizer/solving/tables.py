"""A verified plan as tables: assignments.csv, hubs.csv, networks.csv and chains.csv, a row a practice, hub and so on.

A missing value is NA: no hub = independent or run by a trust, no network = a hub on its own. Distances are rounded to
metres.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import pandas as pd
from pandas.api.extensions import ExtensionArray

from instances import Instance, Role
from optimizer.solving.formulas import as_text_cell
from optimizer.verify import Evaluation, HubFacts, NetworkFacts
from optimizer.verify.commissioning import top_up
from optimizer.verify.prepared import needed_fte

KM_DECIMALS = 3
FTE_DECIMALS = 6  # the tolerance of verification
UNLIKENESS_DECIMALS = 3

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
CHAINS = {
    "chain": "string",
    "name": "string",
    "members": "int64",
    "mean_unlikeness": "float64",
    "max_unlikeness": "float64",
    "hospitals": "string",
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
_NETWORK_STAFF = ("fte", "hub_hires", "hospital_fte", "needs", "hires")


def assignment_columns(instance: Instance) -> tuple[str, ...]:
    """Those of assignments.csv."""
    placed = ("without_consent",) if instance.policy.last_resort else ()
    run = (RUN_BY,) if instance.trust_run is not None else ()
    return (*ASSIGNMENTS, *placed, *run, *start_columns(instance))


def start_columns(instance: Instance) -> tuple[str, ...]:
    """Columns that say which bid a network is and in which wave it starts, where there are bids or waves."""
    return tuple(column for column, given in (("bid", instance.bids), ("wave", instance.wave)) if given)


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
        **_top_ups(instance, evaluation),
    )


def _top_ups(instance: Instance, evaluation: Evaluation) -> dict[str, ExtensionArray]:
    """Where there is a guarantee, the column of what each practice gets up to it, pounds a year: NA in no network."""
    policy = instance.policy
    if policy.guarantee_per_patient is None:
        return {}
    pairs = zip(instance.practices, evaluation.practices, strict=True)
    paid = [None if facts.network is None else float(top_up(policy, practice)) for practice, facts in pairs]
    return {"top_up": pd.array(paid, dtype="Float64")}


def _placed(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    rows = (
        (facts.practice, facts.hub, facts.network, facts.care_model, facts.moved, _km(facts.km))
        for facts in evaluation.practices
    )
    table = _frame(rows, ASSIGNMENTS)
    further = _further_columns(instance, evaluation)
    return table.assign(**{name: pd.array(cells, dtype="string") for name, cells in further.items()})


def _further_columns(instance: Instance, evaluation: Evaluation) -> dict[str, list[str | None]]:
    """Columns that say more of where an instance asks for it; a cell a practice."""
    practices, networks = evaluation.practices, {network.id: network for network in evaluation.networks}
    found = {"without_consent": [facts.without_consent for facts in practices]} if instance.policy.last_resort else {}
    if instance.trust_run is not None:
        found[RUN_BY] = [facts.run_by for facts in practices]
    for column in start_columns(instance):
        found[column] = [getattr(networks.get(facts.network or ""), column, None) for facts in practices]
    return found


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
    """A row a network; `hubs`, `practices` and `patients` are numbers, distances are hub to lead.

    Of roles that networks are to have: `fte_<role>` of its hubs' members, `hub_hires_<role>` what these hubs hire,
    `hospital_fte_<role>` of hospitals in it, `needs_<role>` what its patients call for, `hires_<role>` the rest.
    `partners` are ids, where some model can have partners; `hospital_budget` is what its hospitals have, lead included,
    in pounds a year, where some hospital tells.
    """
    roles = [role for role in instance.role if role.network_min_per_10k]
    starts = start_columns(instance)
    columns = {**NETWORKS, **dict.fromkeys(starts, "string")}
    has_partners = any(model.partner_kinds for model in instance.care_model)
    budgets = {h.id: h.budget for h in instance.hospitals if h.budget is not None}
    columns |= {"partners": "string"} if has_partners else {}
    columns |= {"hospital_budget": "float64"} if budgets else {}
    columns |= {f"{kind}_{role.id}": "float64" for role in roles for kind in _NETWORK_STAFF}
    hubs = {hub.site: hub for hub in evaluation.hubs}
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
            *(getattr(network, column) for column in starts),
            *([";".join(network.partners) or None] if has_partners else []),
            *([_budget(budgets, (network.lead, *network.partners))] if budgets else []),
            *(_fte(fte) for role in roles for fte in _network_staff(role, network, [hubs[at] for at in network.hubs])),
        )
        for network in evaluation.networks
    )
    return _frame(rows, columns)


def _budget(budgets: Mapping[str, float], hospitals: Iterable[str]) -> float | None:
    """Of all hospitals that tell; None where none does."""
    told = [budgets[hospital] for hospital in hospitals if hospital in budgets]
    return sum(told) if told else None


def _network_staff(role: Role, network: NetworkFacts, hubs: list[HubFacts]) -> tuple[Fraction, ...]:
    """As in `_NETWORK_STAFF`."""
    own = sum((hub.fte[role.id] for hub in hubs), Fraction(0))
    hired = sum((hub.hired(role.id) for hub in hubs), Fraction(0))
    needs = needed_fte(role.network_min_per_10k, network.patients)
    return own, hired, network.fte[role.id] - own - hired, needs, network.hired(role.id)


def chains_table(instance: Instance, evaluation: Evaluation) -> pd.DataFrame:
    """A row a chain, called by its lead; `hospitals` are the ids of its members, `;` between them."""
    names = {hospital.id: hospital.name or None for hospital in instance.hospitals}
    found = () if evaluation.chains is None else evaluation.chains.chains
    rows = (
        (
            chain.lead,
            names.get(chain.lead),
            len(chain.members),
            round(float(chain.mean), UNLIKENESS_DECIMALS),
            round(float(chain.max), UNLIKENESS_DECIMALS),
            ";".join(chain.members),
        )
        for chain in found
    )
    return _frame(rows, CHAINS)


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
