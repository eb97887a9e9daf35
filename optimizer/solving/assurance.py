"""How good a plan is known to be, and whose word that is: the one place for "proven" and "claimed by X".

Screens, pages, workbooks and benchmarks take their words from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.model.backend import Proof
from optimizer.model.certificate import BOUND_FILE
from optimizer.model.gap import PROVEN_GAP, relative_gap
from optimizer.solving.result import Result
from optimizer.verify.exact import exact
from optimizer.verify.wording import unlike

CERTIFIED_DIFFERS = 1e-6  # relative; a certified bound nearer to the solver's than that is not told beside it


def whose(proof: Proof | None, solver: str) -> str:
    """`proven`, or `claimed by X` where nothing vouches for the backend."""
    return "proven" if proof == "proven" else f"claimed by {solver or 'nobody named'}"


def attributed(statement: str, proof: Proof | None, solver: str) -> str:
    """A statement that rests on a bound: as it stands where that is proven, else as its backend's claim."""
    if proof == "proven":
        return statement
    said = whose(proof, solver)
    return f"{said[0].upper()}{said[1:]}, not proven: {statement[0].lower()}{statement[1:]}"


def percent(share: float) -> str:
    """Of a gap: with as many decimals as tell it from 0."""
    return f"{share:.2%}" if share >= 1e-4 else f"{100 * share:.2g}%"


@dataclass(frozen=True)
class Assurance:
    """What is known of plans that cost less than one that keeps every rule.

    Money in pounds a year, the price of departures added. `proof` is None where there is no bound.
    """

    priced: float  # what the plan costs
    bound: float | None
    proof: Proof | None
    solver: str
    certified: float | None = None  # the bound of bound.json, where there is one

    @classmethod
    def of(cls, result: Result) -> Assurance:
        """Of a result that has a plan."""
        assert result.priced is not None
        return cls(result.priced, result.bound, result.proof, result.solver, result.certified_bound)

    @property
    def least(self) -> float | None:
        """No plan costs less, by whomever that is said; None where nothing is known but that no cost is below 0."""
        return self.bound if self.bound is not None and self.bound > 0 else None

    @property
    def gap(self) -> float | None:
        return None if self.least is None else relative_gap(self.priced, self.least)

    @property
    def is_proven(self) -> bool:
        return self.proof == "proven"

    @property
    def is_least(self) -> bool:
        """Whether the bound leaves no room below the plan, by whomever that is said."""
        return self.gap is not None and self.gap <= PROVEN_GAP

    @property
    def whose(self) -> str:
        return whose(self.proof, self.solver)

    def attributed(self, statement: str) -> str:
        return attributed(statement, self.proof, self.solver)

    @property
    def certified_beside(self) -> str:
        """A sentence on the certified bound; empty where there is none or it is the solver's own."""
        if self.least is None or self.certified is None:
            return ""
        if relative_gap(self.least, self.certified) <= CERTIFIED_DIFFERS:
            return ""
        certified, bound = unlike(exact(self.certified), exact(self.least))
        by = f"Certified by {BOUND_FILE}" if self.is_proven else f"Claimed in {BOUND_FILE}, which nothing has rechecked"
        gap = percent(relative_gap(self.priced, self.certified))
        return f"{by}: £{certified} a year (gap {gap}); the solver's own bound is £{bound}."
