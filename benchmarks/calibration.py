"""What prices of moving, travel and neighbourhoods do to plans of areas of England, beside today's PCNs.

python -m benchmarks.calibration ../shared/data [--area Kent] [--seconds 20] [--out calibration.csv]

Hubs only, with the rule on GPs: docs/calibration.md has the table, and what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from benchmarks.england import England
from benchmarks.neighbourhoods import BAD_INPUT, Measured, markdown
from instances import InputError, Instance
from optimizer import solve
from optimizer.analysis.equity import EVERYBODY, FIFTH, equity
from optimizer.analysis.neighbourhoods import Residents
from optimizer.model.plan import Plan
from optimizer.solving.today import today_plan
from optimizer.verify import Evaluation, verify

RULES: Mapping[str, Any] = {  # of every area: what a planner's page of rules says of hubs and GPs
    "role": [{"id": "gp", "min_per_10k": 3.5, "cost_per_fte": 105_882.0}],
}


@dataclass(frozen=True)
class Prices:
    """Pounds: once per patient moved, a year per patient-km from home and per patient living elsewhere."""

    moved_patient: float
    km: float
    elsewhere: float

    @property
    def settings(self) -> dict[str, float | str]:
        return {
            "travel.basis": "homes",
            "disruption.cost_per_patient": self.moved_patient,
            "travel.cost_per_patient_km": self.km,
            "hub.neighbourhood_price_per_patient": self.elsewhere,
        }

    def __str__(self) -> str:
        return f"moved {self.moved_patient:g}, km {self.km:g}, elsewhere {self.elsewhere:g}"


TRIED = (
    Prices(25.0, 1.5, 0.0),
    Prices(100.0, 3.0, 0.0),
    Prices(100.0, 3.0, 40.0),
    Prices(200.0, 3.0, 40.0),
)


def main(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The folder with england/, residents/ and geography/.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Part of the name of a board; may be repeated.", show_default="all")
    ] = None,
    seconds: Annotated[float, typer.Option(help="Of each solve, on one thread.")] = 20.0,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="A CSV that grows a row a solve.")] = None,
) -> None:
    """A Markdown table on standard output, a row for each choice of prices over all areas."""
    try:
        england = England.read(data)
        chosen = [name for name in england.areas if not area or any(part in name for part in area)]
        rows = []
        for row in measured(england, chosen, seconds):
            rows.append(row)
            if out is not None:
                pd.DataFrame(rows).to_csv(out, index=False, lineterminator="\n")
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
    typer.echo(markdown(summary(pd.DataFrame(rows))))


def measured(england: England, areas: Sequence[str], seconds: float) -> Iterator[dict[str, Any]]:
    """Figures of a plan of each area at each choice of prices, beside today's."""
    for name in areas:
        instance = england.instance(name, **RULES)
        today, residents = today_plan(instance), Residents(instance)
        if today is None:
            continue
        before = _figures(instance, residents, today, verify(instance, today))
        for prices in TRIED:
            found = solve(instance.with_settings(prices.settings), time_limit=seconds, threads=1, seed=1)
            if found.plan is None:
                continue
            plan = found.plan.plan
            after = _figures(instance, residents, plan, verify(instance, plan))
            of_both = equity(instance, [verify(instance, today), verify(instance, plan)])
            fifths = [group.km for group in of_both.of_kind(FIFTH)]
            worse = sum(km[1] > km[0] for km in fifths if km[0] is not None and km[1] is not None)
            yield {
                "area": name,
                "prices": str(prices),
                "practices": len(instance.practices),
                "gap, %": 100 * (found.gap or 0.0),
                "moved, %": 100 * sum(p.moved for p in found.plan.evaluation.practices) / len(instance.practices),
                "fifths further": worse,
                **{f"today: {key}": value for key, value in before.items()},
                **{f"plan: {key}": value for key, value in after.items()},
                "today: from home, km": of_both.of_kind(EVERYBODY)[0].km[0],
                "plan: from home, km": of_both.of_kind(EVERYBODY)[0].km[1],
            }


def _figures(instance: Instance, residents: Residents, plan: Plan, evaluation: Evaluation) -> dict[str, float]:
    low, high = instance.hub.target_min, instance.hub.target_max
    sizes = [hub.patients for hub in evaluation.hubs]
    of_hubs = Measured.of(residents.neighbourhoods(plan.hubs))
    known = sum(patch.known for patch in of_hubs.everybody)
    return {
        "hubs": len(sizes),
        "in no hub": len(plan.outside),
        "patients out of band": sum(max(low - size, size - high, 0) for size in sizes),
        "in band, %": 100 * sum(low <= size <= high for size in sizes) / len(sizes),
        "live in the patch, %": 100 * sum(patch.in_patch for patch in of_hubs.everybody) / known,
    }


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """A row for each choice of prices: means over areas, and in how many areas a plan is no worse than today."""
    lines = []
    for prices, of in rows.groupby("prices", sort=False):
        lines.append(
            {
                "prices": prices,
                "areas": len(of),
                "moved, %": of["moved, %"].mean(),
                "areas with a quarter moved at most": int((of["moved, %"] <= 25).sum()),
                "live in the patch, %": of["plan: live in the patch, %"].mean(),
                "no fewer than today": int(
                    (of["plan: live in the patch, %"] >= of["today: live in the patch, %"]).sum()
                ),
                "from home, km": of["plan: from home, km"].mean(),
                "no further than today": int((of["plan: from home, km"] <= of["today: from home, km"]).sum()),
                "no fifth further": int((of["fifths further"] == 0).sum()),
                "in band, %": of["plan: in band, %"].mean(),
                "fewer out of band": int((of["plan: patients out of band"] <= of["today: patients out of band"]).sum()),
                "in no hub": of["plan: in no hub"].sum(),
                "gap, %": of["gap, %"].mean(),
            }
        )
    return pd.DataFrame(lines)


if __name__ == "__main__":
    typer.run(main)
