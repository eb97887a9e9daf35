"""Neighbourhoods of today's PCNs, and of plans beside them, for areas of England: docs/neighbourhoods.md.

python -m benchmarks.neighbourhoods ../shared/data [--area Kent] [--plans out] [--out neighbourhoods.csv]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import pandas as pd
import typer

from benchmarks.england import England
from instances import Fault, InputError
from optimizer.analysis.neighbourhoods import USUAL_ZONE, HubPatch, Neighbourhoods, Residents
from optimizer.model.plan import Plan
from optimizer.output.document import PlanDocument
from optimizer.output.read_plan import PLAN_FILE
from optimizer.solving.today import today_plan

BAD_INPUT = 2  # exit code
ALL = "all of these areas"
_PERCENT = ("live in the patch, %", "median hub, %", "places split, %")
_COUNTS = ("hubs", *_PERCENT, f"hubs in several {USUAL_ZONE}s")


@dataclass(frozen=True)
class Measured:
    """The hubs of one area, or of several together."""

    hubs: Sequence[HubPatch]
    everybody: Sequence[HubPatch]  # practices in no hub too
    places: int
    split: int

    @classmethod
    def of(cls, found: Neighbourhoods) -> Measured:
        return cls(found.hubs, found.patches, found.places, found.split)

    @classmethod
    def together(cls, parts: Sequence[Measured]) -> Measured:
        hubs = [hub for part in parts for hub in part.hubs]
        everybody = [patch for part in parts for patch in part.everybody]
        return cls(hubs, everybody, sum(part.places for part in parts), sum(part.split for part in parts))

    @property
    def cells(self) -> tuple[float, ...]:
        """As in `_COUNTS`."""
        known = sum(patch.known for patch in self.everybody)
        shares = [share for hub in self.hubs if (share := hub.containment) is not None]
        inside = sum(patch.in_patch for patch in self.everybody) / known
        across = sum(len(hub.zones[USUAL_ZONE]) > 1 for hub in self.hubs)
        return len(self.hubs), 100 * inside, 100 * median(shares), 100 * self.split / self.places, across


def main(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The folder with england/, residents/ and geography/.")],
    area: Annotated[
        list[str] | None, typer.Option(help="Part of the name of a board; may be repeated.", show_default="all")
    ] = None,
    plans: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help=f"Plans to measure too: every {PLAN_FILE} below it.")
    ] = None,
    keep_special: Annotated[
        bool, typer.Option("--keep-special", help="Practices for students, homeless people, digital lists too.")
    ] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table as CSV, unrounded.")] = None,
) -> None:
    """A Markdown table on standard output, a row an area."""
    try:
        table = measured(England.read(data, keep_special=keep_special), area, plans)
    except InputError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from None
    if out is not None:
        table.to_csv(out, index=False, lineterminator="\n")
    typer.echo(markdown(table))


@dataclass(frozen=True)
class Area:
    """Today's PCNs of an area, and a plan of it; None where there is none."""

    practices: int
    today: Measured | None
    plan: Measured | None

    def cells(self, *, with_plan: bool) -> tuple[float | None, ...]:
        nothing = (None,) * len(_COUNTS)
        shown = (self.today, self.plan) if with_plan else (self.today,)
        return self.practices, *(cell for of in shown for cell in (nothing if of is None else of.cells))


def measured(england: England, areas: Sequence[str] | None = None, plans: Path | None = None) -> pd.DataFrame:
    """A row an area and, of several, one of all; columns of plans where there are any, and all that have one then."""
    chosen = [name for name in england.areas if not areas or any(part in name for part in areas)]
    if not chosen:
        raise InputError([Fault("--area", "part of the name of an area", value=", ".join(areas or ()))])
    of_plans = {} if plans is None else dict(_plans(england, plans))
    found = {name: _area(england, name, of_plans.get(name)) for name in chosen}
    alike = [area for area in found.values() if area.plan is not None or not of_plans]
    if len(alike) > 1:
        found[ALL] = _together(alike)
    shown = ("today", "plan") if of_plans else ("today",)
    names = ["area", "practices", *(f"{of}: {count}" for of in shown for count in _COUNTS)]
    lines = [(_short(name), *area.cells(with_plan=bool(of_plans))) for name, area in found.items()]
    return pd.DataFrame(lines, columns=names)


def _short(board: str) -> str:
    return board.removeprefix("NHS ").removesuffix(" Integrated Care Board")


def _area(england: England, name: str, plan: Plan | None) -> Area:
    instance = england.instance(name)
    today, residents = today_plan(instance), Residents(instance)
    both = (None if of is None else Measured.of(residents.neighbourhoods(of.hubs)) for of in (today, plan))
    return Area(len(instance.practices), *both)


def _together(areas: Sequence[Area]) -> Area:
    today = [area.today for area in areas if area.today is not None]
    plans = [area.plan for area in areas if area.plan is not None]
    both = (Measured.together(of) if of else None for of in (today, plans))
    return Area(sum(area.practices for area in areas), *both)


def _plans(england: England, folder: Path) -> Iterator[tuple[str, Plan]]:
    """(area, plan) of every plan in a folder; a plan is of the area that its practices are in."""
    files = sorted(folder.rglob(PLAN_FILE))
    if not files:
        raise InputError([Fault(str(folder), f"a folder with some {PLAN_FILE} in it")])
    seen: dict[str, Path] = {}
    for file in files:
        plan = PlanDocument.read(file).plan
        practices = [*(member for hub in plan.hubs for member in hub.members), *plan.outside]
        areas = {england.area_of.get(practice) for practice in practices}
        area = areas.pop() if len(areas) == 1 else None
        if area is None:
            unknown = next((p for p in practices if p not in england.area_of), ", ".join(map(str, areas)))
            raise InputError([Fault(str(file), "practices of one area of the data", value=unknown)])
        if area in seen:
            raise InputError([Fault(str(file), f"one plan an area; {seen[area]} is of it too", value=area)])
        seen[area] = file
        yield area, plan


def markdown(table: pd.DataFrame) -> str:
    """Per cent with one decimal, counts whole; a dash where there is no plan."""
    kinds = [
        "" if k == 0 else ".1f" if column.endswith(("%", "km")) else ",.0f" for k, column in enumerate(table.columns)
    ]
    lines = ["| " + " | ".join(table.columns) + " |", "|---|" + "---:|" * (table.shape[1] - 1)]
    for row in table.itertuples(index=False):
        cells = ["-" if pd.isna(cell) else format(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
