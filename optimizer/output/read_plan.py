"""Plans from files: plan.json, a folder that has one, a solver's .sol, or a table of assignments that anybody may have
written.

The table, an assignments.csv or the sheet of that name in a plan.xlsx, says who is where; continuity, partners of
networks and hires are worked out here, at their cheapest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from instances import Fault, InputError, Instance
from instances.files import read_bytes, read_text
from instances.tables import Table, as_text, parse_csv
from instances.wording import did_you_mean, place_meant
from instances.workbook import read_sheet
from optimizer.model.build import build_problem
from optimizer.model.consequences import from_plan, to_plan
from optimizer.model.plan import Hub, Network, Plan, TrustRun
from optimizer.output.document import PlanDocument
from optimizer.output.solver_file import SUFFIX, read_solver_file
from optimizer.solving.completed import with_partners
from optimizer.solving.formulas import from_text_cell
from optimizer.solving.tables import RUN_BY
from optimizer.verify.hires import with_hires

PLAN_FILE = "plan.json"
SHEET = "assignments"  # of a workbook
NEEDED = ("practice", "hub")
STARTS = ("bid", "wave")  # of a network
_COLUMNS = (*NEEDED, "network", RUN_BY)
_HINTS = 20  # faults that are told with what may have been meant


def read_plan(path: str | Path, instance: Instance) -> Plan:
    """The plan in a file or folder; raise `InputError` with file, row and column of every fault.

    What a plan.json says is taken as it stands: whether it fits the instance is verification's business.
    """
    file = plan_file(path)
    if file.suffix.lower() == SUFFIX:
        return read_solver_file(file, instance)
    if file.suffix.lower() != ".json":
        return complete(instance, _Assignments(file, instance).plan())
    return PlanDocument.read(file).plan


def plan_file(path: str | Path) -> Path:
    """The file that a user means by a path: itself, or the plan.json of a folder."""
    path = Path(path)
    if path.is_dir():
        if not (path / PLAN_FILE).is_file():
            raise InputError([Fault(str(path), f"a folder with a {PLAN_FILE}, or a {PLAN_FILE} or assignments.csv")])
        return path / PLAN_FILE
    if not path.exists():
        raise InputError([Fault(path.name, f"a plan; there is nothing at {path}")])
    if path.suffix.lower() not in (".json", ".csv", ".xlsx", SUFFIX):
        expected = f"a plan: {PLAN_FILE}, the folder it is in, an assignments.csv, a plan.xlsx or a solver's {SUFFIX}"
        raise InputError([Fault(str(path), expected)])
    return path


def complete(instance: Instance, plan: Plan) -> Plan:
    """The plan with continued groups, partners of networks and the hires that its workforce needs worked out."""
    continues = _continuity(instance, plan)
    plan = plan.model_copy(
        update={"hubs": tuple(h.model_copy(update={"continues": continues.get(h.site)}) for h in plan.hubs)}
    )
    return with_hires(instance, with_partners(instance, plan))


def _continuity(instance: Instance, plan: Plan) -> dict[str, str | None]:
    """The continued group by hub, as far as hubs are where hubs can be; networks play no part in it."""
    problem = build_problem(instance)
    sites = set(problem.sites.ids)
    alone: dict[str, Any] = {"network": None, "continues": None, "hires": {}}
    hubs = tuple(hub.model_copy(update=alone) for hub in plan.hubs if hub.site in sites)
    solution = from_plan(problem, plan.model_copy(update={"hubs": hubs, "networks": (), "trust_run": ()}))
    return {hub.site: hub.continues for hub in to_plan(problem, solution).hubs}


@dataclass
class _Assignments:
    """A table of assignments being read; `faults` collects everything that is wrong with it."""

    path: Path
    instance: Instance
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.practices = {practice.id: practice.name for practice in self.instance.practices}
        self.hospitals = {hospital.id: hospital.name for hospital in self.instance.hospitals}
        self.places = self.practices | self.hospitals
        self.models = [model.id for model in self.instance.care_model]

    def plan(self) -> Plan:
        table = self._table()
        members: defaultdict[str, list[str]] = defaultdict(list)
        network_of: dict[str, tuple[str, int]] = {}
        independents: list[str] = []
        run: list[TrustRun] = []
        for number, practice, hub, network, runner in self._rows(table):
            if hub:
                members[hub].append(practice)
                self._join(network_of, hub, network, number)
            elif runner:
                run.append(TrustRun(practice=practice, hospital=runner))
            else:
                independents.append(practice)
        networks = dict.fromkeys(network for network, _ in network_of.values() if network)
        starts = self._starts(table)
        if self.faults:
            raise InputError(self.faults)
        return Plan(
            hubs=tuple(
                Hub(site=hub, members=tuple(inside), network=network_of[hub][0] or None, continues=None)
                for hub, inside in members.items()
            ),
            networks=tuple(
                Network(care_model=n.partition(":")[0], lead=n.partition(":")[2], **starts.get(n, {})) for n in networks
            ),
            independents=tuple(independents),
            trust_run=tuple(run),
        )

    def _starts(self, table: Table) -> dict[str, dict[str, str | None]]:
        """By network: which bid it is and in which wave it starts, where columns say so."""
        at = {column: k for k, column in enumerate(table.header)}
        text = as_text if self._is_workbook else _without_guard
        found: dict[str, dict[str, str | None]] = {}
        for number, cells in zip(table.numbers, table.rows, strict=True):
            network = _cell(cells, at.get("network"), text)
            stated = {column: _cell(cells, at[column], text) or None for column in STARTS if column in at}
            if network and found.setdefault(network, stated) != stated:
                column = next(column for column in stated if found[network][column] != stated[column])
                expected = f"one {column} for all of network {network}: {found[network][column] or 'none'} stands above"
                self._fault(number, column, stated[column] or "", expected)
        return found

    @property
    def _is_workbook(self) -> bool:
        return self.path.suffix.lower() == ".xlsx"

    def _table(self) -> Table:
        if self._is_workbook:
            table, faults = read_sheet(read_bytes(self.path), self.path.name, SHEET)
        else:
            table, faults = parse_csv(read_text(self.path), self.path.name)
        if table is not None:
            faults += [
                Fault(table.file, "this column" + did_you_mean(column, table.header), row=1, column=column)
                for column in NEEDED
                if column not in table.header
            ]
        if table is None or faults:
            raise InputError(faults)
        return table

    def _rows(self, table: Table) -> list[tuple[int, str, str, str, str]]:
        """(row, practice, hub, network, hospital that runs it) of every row that can be used."""
        at = {column: k for k, column in enumerate(table.header)}
        text = as_text if self._is_workbook else _without_guard
        seen: dict[str, int] = {}
        rows = []
        for number, cells in zip(table.numbers, table.rows, strict=True):
            practice, hub, network, runner = (_cell(cells, at.get(c), text) for c in _COLUMNS)
            fault = self._practice_fault(practice, seen) or self._hub_fault(hub) or self._network_fault(hub, network)
            fault = fault or self._runner_fault(hub, runner)
            if fault is None:
                rows.append((number, practice, hub, network, runner))
            else:
                column, value, expected = fault
                self._fault(number, column, value, expected)
            seen.setdefault(practice, number)
        return rows

    def _practice_fault(self, practice: str, seen: Mapping[str, int]) -> tuple[str, str, str] | None:
        if practice not in self.practices:
            return "practice", practice, "the id of a practice" + self._meant(practice, self.practices)
        if practice in seen:
            return "practice", practice, f"each practice once; row {seen[practice]} has it too"
        return None

    def _hub_fault(self, hub: str) -> tuple[str, str, str] | None:
        if not hub or hub in self.places:
            return None
        return "hub", hub, "the id of a practice or hospital, or empty" + self._meant(hub, self.places)

    def _network_fault(self, hub: str, network: str) -> tuple[str, str, str] | None:
        model, _, lead = network.partition(":")
        if network and not hub:
            return "network", network, "no network, as the practice is in no hub"
        if network and (model not in self.models or lead not in self.places):
            known = ", ".join(self.models) or "none in this instance"
            return "network", network, f"MODEL:lead, a care model ({known}) and the id of a practice or hospital"
        return None

    def _runner_fault(self, hub: str, runner: str) -> tuple[str, str, str] | None:
        if runner and hub:
            return RUN_BY, runner, "no hospital, as the practice is in a hub"
        if runner and runner not in self.hospitals:
            return RUN_BY, runner, "the id of a hospital, or empty" + self._meant(runner, self.hospitals)
        return None

    def _meant(self, word: str, names: Mapping[str, str]) -> str:
        """A hint for the first faults alone: it takes long, and a plan of another instance has no row right."""
        return place_meant(word, names) if len(self.faults) < _HINTS else ""

    def _join(self, network_of: dict[str, tuple[str, int]], hub: str, network: str, number: int) -> None:
        known, row = network_of.setdefault(hub, (network, number))
        if known != network:
            expected = f"one network for all of hub {hub}: row {row} has {known or 'none'}"
            self._fault(number, "network", network, expected)

    def _fault(self, row: int, column: str, value: str, expected: str) -> None:
        self.faults.append(Fault(self.path.name, expected, row=row, column=column, value=value))


def _cell(cells: Sequence[Any], position: int | None, text: Callable[[Any], Any]) -> str:
    value = None if position is None else cells[position]
    return "" if value is None else str(text(value)).strip()


def _without_guard(value: Any) -> str:
    """A cell of a CSV file without what keeps it from running as a formula."""
    return from_text_cell(str(value).strip())
