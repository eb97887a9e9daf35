"""What a solver claims of a plan against what is true of it."""

from __future__ import annotations

import math
from fractions import Fraction

from optimizer.verify.exact import exact
from optimizer.verify.verifier import Evaluation
from optimizer.verify.wording import unlike


def check_claim(
    evaluation: Evaluation, objective: float | None, bound: float | None, rel_tol: float = 1e-6
) -> list[str]:
    """How a claimed objective and bound differ from the truth, in words; empty where they agree within `rel_tol`.

    A bound is held against plans that keep every rule: one that breaks some may well cost less. It is of the objective
    and, where departures have a price, of that as well.
    """
    verified, priced = evaluation.objective, evaluation.priced
    slack = exact(rel_tol) * max(abs(verified), Fraction(1))
    found = []
    if objective is not None and not math.isfinite(objective):
        found.append(f"claimed objective {objective} is not a finite number")
    elif objective is not None and abs(exact(objective) - verified) > slack:
        found.append(f"claimed objective {_against(exact(objective), verified)}")
    if bound is not None and (math.isnan(bound) or bound == math.inf):
        found.append(f"claimed bound {bound} is not a lower bound")
    elif bound is not None and math.isfinite(bound) and evaluation.ok and exact(bound) > priced + slack:
        found.append(f"claimed bound {_against(exact(bound), priced)}, which is a plan that keeps every rule")
    return found


def _against(claimed: Fraction, verified: Fraction) -> str:
    pounds = unlike(claimed, verified)
    return (
        f"£{pounds[0]} a year is {'above' if claimed > verified else 'below'} the verified £{pounds[1]}"
        f"{_relative(claimed, verified)}"
    )


def _relative(claimed: Fraction, verified: Fraction) -> str:
    return f" by {float(abs(claimed - verified) / abs(verified)):.2g} of it" if verified else ""
