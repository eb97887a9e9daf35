"""The table of a batch: a row a run, its plan read again and verified, and each scenario over its seeds.

What is told of a plan is what `caregroup compare` tells, under names that are short enough for columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from instances import InputError
from optimizer.analysis.compare import Unit, compare
from optimizer.analysis.money import NAMES
from optimizer.batch.ledger import Entry, Ledger
from optimizer.batch.runs import Run
from optimizer.model.backend import Reason
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.result import Result, finite

SECTIONS = ("Shape", "Neighbourhoods")  # of a comparison, whose rows are columns here
SHAPE = {  # rows of a comparison that always have a column, with its name
    "hubs within the targets": ("hubs_in_band", Unit.COUNT),
    "networks": ("networks", Unit.COUNT),
    "patients in networks": ("in_networks", Unit.SHARE),
    "independent practices": ("independents", Unit.COUNT),
    "moved practices": ("moved_practices", Unit.COUNT),
    "moved patients": ("moved_patients", Unit.COUNT),
    "road km to the hub, per patient": ("km_per_patient", Unit.KM),
}
KEYS = {  # of all rows of a comparison that are not called by their own words
    **{row: key for row, (key, _) in SHAPE.items()},
    "patients who live in their hub's patch": "in_patch",
    "median of hubs": "in_patch_median_hub",
    "places split between hubs": "places_split",
}
DIFFERENCES = ("objective", "real_money", "hubs", "hubs_in_band", "moved_practices", "moved_patients", "km_per_patient")
MORE = "_more"  # of a column: than in the first scenario
WRONG, NOT_BEGUN = "wrong", "not begun"  # the status of a plan that does not verify any more, of a run without a start


@dataclass(frozen=True)
class Column:
    """A column of figures: what it is called in files, by people, and what it counts."""

    key: str
    title: str
    unit: Unit | str


ALWAYS = (
    Column("objective", "objective", Unit.POUNDS),
    Column("bound", "no plan below", Unit.POUNDS),
    Column("gap", "gap", Unit.SHARE),
    *(Column(name.replace(" ", "_"), name, Unit.POUNDS) for name in NAMES.values()),
    Column("hubs", "hubs", Unit.COUNT),
    *(Column(key, row, unit) for row, (key, unit) in SHAPE.items()),
    Column("seconds", "time", "s"),
    Column("memory_mb", "memory", "MB"),
)
TEXTS = ("instance", "scenario", "seed", "status", "limit", "proof", "network_mix", "message", "folder")


@dataclass(frozen=True)
class BatchTable:
    """`runs` has a row a run, `scenarios` one for each instance and scenario: means and medians over the seeds.

    Columns of `figures` are numbers in both, with `mean_` and `median_` before their names in the latter; money in
    pounds a year, shares from 0 to 1.
    """

    name: str
    first: str  # the scenario that the others are held against
    runs: pd.DataFrame
    scenarios: pd.DataFrame
    figures: tuple[Column, ...]

    @property
    def failed(self) -> Counter[str]:
        """How many runs have no plan that holds, by status; those that were not begun are not counted again."""
        without = self.runs["folder"].isna() | (self.runs["status"] == WRONG)
        return Counter(self.runs["status"][without & (self.runs["status"] != NOT_BEGUN)])


def batch_table(name: str, runs: Sequence[Run], ledger: Ledger, tell: Callable[[int], None]) -> BatchTable:
    """Of runs that the ledger has; `tell` is called with how many have been read."""
    known: dict[str, Column] = {column.key: column for column in ALWAYS}
    rows = []
    for number, run in enumerate(runs, 1):
        rows.append(_row(run, ledger.entries[run.key], ledger, known))
        tell(number)
    first = runs[0].scenario if runs else ""
    figures = _ordered(known)
    table = pd.DataFrame(rows, columns=[*TEXTS[:4], *(column.key for column in figures), *TEXTS[4:]])
    kinds = {column.key: "Int64" if column.unit is Unit.COUNT else "Float64" for column in figures}
    table = table.astype({**dict.fromkeys(TEXTS, "string"), "seed": "Int64", **kinds})
    differences = _against_first(table)
    figures = (*figures, *(_more(known[str(key)]) for key in differences))
    table = pd.concat([table, differences.add_suffix(MORE)], axis=1)
    ordered = [*TEXTS[:6], *(column.key for column in figures), *TEXTS[6:]]
    return BatchTable(name, first, table[ordered], _by_scenario(table, figures), figures)


def _row(run: Run, entry: Entry, ledger: Ledger, known: dict[str, Column]) -> dict[str, object]:
    row: dict[str, object] = {
        **{"instance": run.place, "scenario": run.scenario, "seed": run.seed},
        "status": str(entry.status) if entry.begun else NOT_BEGUN,
        **{"limit": None if entry.limit is None else str(entry.limit), "message": entry.message},
        **{"seconds": entry.seconds, "memory_mb": entry.memory_mb, "folder": entry.folder},
    }
    if entry.folder is None:
        return row
    try:
        result = Result.load(ledger.place(entry.folder), run.instance)
    except (InputError, OSError) as error:
        return {**row, "status": WRONG, "message": f"its plan does not verify: {error}"}
    return {**row, **_figures(result, known)}


def _figures(result: Result, known: dict[str, Column]) -> dict[str, object]:
    """What there is to say of a plan; new columns are added to those that are known."""
    assert result.plan is not None
    judged = JudgedPlan("", result.plan.plan, result.plan.evaluation)
    found: dict[str, object] = {
        **{"objective": result.objective, "bound": finite(result.bound), "gap": finite(result.gap)},
        **{"proof": result.proof, "network_mix": _mix(result)},
        **{name.replace(" ", "_"): float(judged.money[kind]) for kind, name in NAMES.items()},
    }
    if result.reason is not Reason.ERROR:
        found["status"] = str(result.reason)
    for section in compare(result.instance, [judged]).sections:
        for row in section.rows if section.title in SECTIONS else ():
            key = KEYS.get(row.name, "_".join("".join(c if c.isalnum() else " " for c in row.name).split()).lower())
            known.setdefault(key, Column(key, row.name, row.unit))
            found[key] = row.values[0]
    return found


def _mix(result: Result) -> str:
    """Such as `MCP 2, PACS 1`, in the order in which the instance has them."""
    assert result.plan is not None
    number = Counter(network.care_model for network in result.plan.plan.networks)
    return ", ".join(f"{model.id} {number[model.id]}" for model in result.instance.care_model if number[model.id])


def _ordered(known: dict[str, Column]) -> tuple[Column, ...]:
    """What is always there first, time and memory last."""
    last = ("seconds", "memory_mb")
    return (*(c for c in known.values() if c.key not in last), *(known[key] for key in last))


def _more(column: Column) -> Column:
    return Column(column.key + MORE, f"{column.title}, more", column.unit)


def _against_first(table: pd.DataFrame) -> pd.DataFrame:
    """By row: how much more of each than the first scenario of its instance has with the same seed."""
    keys = list(DIFFERENCES)
    by = table[["instance"]].assign(seed=table["seed"].astype("string").fillna(""))
    is_first = table["scenario"] == table.groupby("instance", sort=False)["scenario"].transform("first")
    first = by.merge(pd.concat([by, table[keys]], axis=1)[is_first], how="left", on=["instance", "seed"])[keys]
    first.index = table.index
    return (table[keys] - first)[~is_first].reindex(table.index)


def _by_scenario(table: pd.DataFrame, figures: Sequence[Column]) -> pd.DataFrame:
    """Means and medians over the seeds, of runs that have a plan."""
    by = ["instance", "scenario"]
    counts = table.groupby(by, sort=False).agg(runs=("status", "size"), plans=("objective", "count"))
    with_plan = table[table["objective"].notna()].groupby(by, sort=False)
    means = with_plan[[column.key for column in figures]].agg(["mean", "median"])
    means.columns = means.columns.map(lambda pair: f"{pair[1]}_{pair[0]}")
    return counts.join(means).reset_index()
