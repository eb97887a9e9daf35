"""Plans from the .sol files of solvers that were given an exported model: HiGHS, SCIP, CBC and Gurobi.

Only the choices are read, by the columns' names; hires and continuity are worked out anew, and nothing that the file
says of cost or proof is. Columns that a file leaves out are 0, as those programs mean it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from instances import Fault, InputError, Instance
from instances.files import read_text
from instances.wording import did_you_mean
from optimizer.model.arrays import FloatArray
from optimizer.model.build import build_problem
from optimizer.model.consequences import to_plan
from optimizer.model.plan import Plan
from optimizer.model.problem import Problem

SUFFIX = ".sol"
WHOLE = 1e-5  # what solvers at their own tolerances leave of a whole number
MOST_FAULTS = 10
KINDS = "a solution as HiGHS (write_solution_style 0 or 4), SCIP, CBC or Gurobi write it"

Value = tuple[int, str, str]  # row, counted from 1, column's name, number


def read_solver_file(path: Path, instance: Instance) -> Plan:
    """The plan that a solver found for the model that `caregroup export` wrote of this instance.

    Raises `InputError` with row and column of the model for every fault: no solution in the file, columns that the
    model does not have, numbers that are none or not whole, practices in no place or in two.
    """
    problem = build_problem(instance)
    x = _Point(path.name, problem).read(read_text(path).splitlines())
    return to_plan(problem, problem.mip.decode(x))


def _values(file: str, lines: Sequence[str]) -> Iterator[Value]:
    """What the file says of columns; raise `InputError` where it says that it has no solution."""
    head = next((line.strip() for line in lines if line.strip()), "")
    if head == "Model status":
        return _of_highs(file, lines)
    if head.startswith(("solution status:", "objective value:")):
        return _of_pairs(lines, skipped=("solution status:", "objective value:"))
    if head.startswith(("# Solution for model", "# Objective value")):
        return _of_pairs(lines, skipped=("#",))
    if re.search(r" - objective value \S+$", head):
        return _of_cbc(file, head, lines)
    none = "no solution" in head  # SCIP's words
    raise InputError([Fault(file, "a solution; the solver had none" if none else KINDS, row=1, value=head[:60])])


def _of_highs(file: str, lines: Sequence[str]) -> Iterator[Value]:
    """A section "# Columns" after the word that the point is feasible."""
    said = [line.strip() for line in lines]
    at = said.index("# Primal solution values") + 1 if "# Primal solution values" in said else len(said)
    if at >= len(said) or said[at] != "Feasible":
        status = said[1] if len(said) > 1 else ""
        expected = "a feasible point under # Primal solution values; there is none"
        raise InputError([Fault(file, expected, row=min(at, len(said)) + 1, value=status)])
    inside = False
    for number, line in enumerate(said, start=1):
        if line.startswith("#") or not line:
            inside = line.startswith("# Columns")
        elif inside:
            yield _first_two(number, line)


def _of_pairs(lines: Sequence[str], skipped: tuple[str, ...]) -> Iterator[Value]:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.strip().startswith(skipped):
            yield _first_two(number, line)


def _of_cbc(file: str, head: str, lines: Sequence[str]) -> Iterator[Value]:
    """Index, name, value and reduced cost, marked by ** where it misses CBC's tolerance; rows may be listed as well."""
    if re.search(r"infeasible|unbounded|no integer solution", head, re.IGNORECASE):
        raise InputError([Fault(file, "a solution; the solver had none", row=1, value=head[:60])])
    for number, line in enumerate(lines, start=1):
        words = line.replace("**", " ").split()
        if line.strip() != head and words and not re.fullmatch(r"r\d+", words[1] if len(words) > 1 else ""):
            yield _first_two(number, " ".join(words[1:]))


def _first_two(number: int, line: str) -> Value:
    words = [*line.split(), "", ""]
    return number, words[0], words[1]


@dataclass
class _Point:
    """The point of the compact model in a file; `faults` collects what is wrong with it."""

    file: str
    problem: Problem
    faults: list[Fault] = field(default_factory=list)

    def read(self, lines: Sequence[str]) -> FloatArray:
        names = self.problem.mip.names()
        position = {name: k for k, name in enumerate(names)}
        x, seen = np.zeros(len(names)), dict[str, int]()
        for number, name, text in _values(self.file, lines):
            k = position.get(name)
            if k is None:
                near = did_you_mean(name, names) if len(self.faults) == 0 else ""
                self._fault(number, name[:60], f"a column of this instance's model, exported with the same --set{near}")
            elif name in seen:
                self._fault(number, name, f"each column once; row {seen[name]} has it too")
            else:
                x[k] = self._number(number, name, text, whole=bool(self.problem.mip.model.integer[k]))
            seen[name] = number
        if not seen:
            self._fault(None, None, "values of columns; there are none")
        self._stop_at_faults()
        self._check_places(x, position)
        self._stop_at_faults()
        return x

    def _number(self, number: int, name: str, text: str, *, whole: bool) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._fault(number, text[:60], f"a number for {name}")
        elif whole and abs(value - round(value)) > WHOLE:
            self._fault(number, text[:60], f"a whole number for {name}: the point of a relaxation is no plan")
        return value

    def _check_places(self, x: FloatArray, position: dict[str, int]) -> None:
        p = self.problem
        reach = x[[position[f"x_{k}"] for k in range(len(p.reach))]] > 0.5
        alone = x[[position[f"u_{i}"] for i in range(p.n_practices)]] > 0.5
        places = np.bincount(p.reach.row[reach], minlength=p.n_practices) + alone
        for i in np.flatnonzero(places != 1):
            found = "nowhere" if places[i] == 0 else f"in {places[i]} places"
            self._fault(None, p.practices.ids[i], f"each practice in one hub or independent; this one is {found}")

    def _fault(self, row: int | None, value: str | None, expected: str) -> None:
        self.faults.append(Fault(self.file, expected, row=row, value=value))

    def _stop_at_faults(self) -> None:
        more = len(self.faults) - MOST_FAULTS
        if more > 0:
            told = Fault(self.file, f"a solution of this instance's model; {more:,} more places say that it is not")
            raise InputError([*self.faults[:MOST_FAULTS], told])
        if self.faults:
            raise InputError(self.faults)
