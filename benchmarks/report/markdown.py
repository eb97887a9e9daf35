"""The summary for a README: alarms, then one table a suite and one of the best known objectives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from benchmarks.report.columns import BEST_KNOWN, SEEDS, SUMMARY, Column, cells
from benchmarks.report.compare import Group, Scope
from benchmarks.report.frames import known_table
from benchmarks.report.prepare import Evaluated

SHOWN = {"problem", "objective", "source", "bound", "gap", "published", "over_published"}
LEGEND = (
    "SGM: shifted geometric mean of the seconds to the proof, failures at the limit. PAR10: mean seconds, failures at "
    "ten times the limit. gap: mean proven gap at the limit. to best: mean gap of the plan to the best known. PI, PDI: "
    "primal and primal-dual integral as a share of the limit. Objectives are of verified plans. claimed: share of "
    "tasks solved by the word alone of a backend that nothing here vouches for; its bounds count nowhere else. virtual "
    "best: of each measure the least of all backends, task by task."
)


def summary(evaluated: Evaluated, groups: list[Group]) -> str:
    """Markdown text."""
    return "\n".join([*_alarms(evaluated), *_groups(groups), *_seeds(evaluated), *_known(evaluated)]) + "\n"


def _alarms(evaluated: Evaluated) -> Iterator[str]:
    said = evaluated.alarm_texts
    yield f"**Alarms: {len(said)}**" if said else "No alarms: no bound is above a plan of its instance."
    yield ""
    yield from (f"- {_escaped(text)}" for text in said)
    if said:
        yield ""


def _groups(groups: list[Group]) -> Iterator[str]:
    yield LEGEND
    yield ""
    for group in groups:
        yield f"### {_escaped(group.title)}"
        yield ""
        yield f"{group.runs} runs, commit {_escaped(', '.join(group.commits))}."
        yield ""
        for scope in group.scopes:
            yield from _scope(scope)


def _scope(scope: Scope) -> Iterator[str]:
    yield f"**{_escaped(scope.title)}**, {_escaped(scope.remarks)}"
    yield ""
    if len(scope.summary):
        yield from _table(scope.summary, SUMMARY)
        yield ""


def _seeds(evaluated: Evaluated) -> Iterator[str]:
    """Only settings whose seeds differ."""
    if evaluated.seeds.empty:
        return
    differing = evaluated.seeds[evaluated.seeds["differ"]]
    yield "### Seeds"
    yield ""
    yield f"Costs or bounds depend on the seed in {len(differing)} of {len(evaluated.seeds)} settings with several."
    yield ""
    if len(differing):
        yield from _table(differing, SEEDS)
        yield ""


def _known(evaluated: Evaluated) -> Iterator[str]:
    yield "### Best known"
    yield ""
    columns = tuple(column for column in BEST_KNOWN if column.name in SHOWN)
    yield from _table(known_table(evaluated), columns)


def _table(table: pd.DataFrame, columns: tuple[Column, ...]) -> Iterator[str]:
    yield line([column.heading for column in columns])
    yield "|" + "|".join("---:" if column.numeric else "---" for column in columns) + "|"
    for row in cells(table, columns):
        yield line([cell.text for cell in row])


def line(texts: Sequence[str]) -> str:
    """A row of a table."""
    return "| " + " | ".join(map(_escaped, texts)) + " |"


def _escaped(text: str) -> str:
    """Text that Markdown and the HTML in it leave as it is."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return "".join(f"\\{letter}" if letter in "\\|*_`[]#" else letter for letter in plain)
