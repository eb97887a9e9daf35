"""What decides how explanations are looked for, with the reason beside each value.

Shares are of the time that is left at that point, unless said otherwise; `_s` are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoPlanParams:
    """Why there is no plan: the search for few exemptions, and for those that can be left out."""

    elastic_solver: str = "highs"
    most_for_elastic: int = 100  # practices; beyond, the search alone
    severities: tuple[float, ...] = (10.0, 30.0, 3.0, 100.0)  # of the prices of broken rules, a cooling each ...
    rounds: int = 5  # ... so many times, where no elastic model follows
    search_share: float = 0.15  # with the elastic model ...
    large_search_share: float = 0.4  # ... and without
    unlocked_share: float = 0.5  # for a plan without the locks that simple reasons are about
    loosened_share: float = 0.2  # for one rule loosened at a time
    fresh_starts: int = 3  # coolings of a trial, one for each severity of the constructor
    steering_solver: str = "search"
    steering_share: float = 0.5  # for smaller exemptions, without the elastic model ...
    steering_least_s: float = 2.0  # ... for each
    elastic_share: float = 0.5
    thinning_share: float = 0.6
    narrowings: int = 3  # values of a limit that are tried, those that simple reasons rule out aside
    most_alternatives: int = 4  # exemptions for which other ways out are looked for
    least_s: float = 1.0  # with less, nothing more is begun


@dataclass(frozen=True)
class BindingParams:
    """Which rules bind: solves with each loosened."""

    solver: str = "search"  # while there is no time for proofs
    small: int = 20  # practices up to which proofs take no time
    bounds_share: float = 0.2  # for what the prices of the plan's bound prove of looser rules
    rounds: int = 2  # of solves, the second for rules that the first found something for or that the plan touches
    touched_weight: float = 3.0  # times the time of a rule that the plan at hand does not touch
    fair_share: float = 1 / 3  # of a rule's time, for the rules as they are
    proof_factor: float = 1.3  # times as long as the plan's proof: enough for that of a looser rule, mostly ...
    least_proof_factor: float = 0.3  # ... and least for a bound that says something
    least_solve_s: float = 3.0


@dataclass(frozen=True)
class ExplainParams:
    """Of all explanations."""

    reasons_share: float = 0.5  # of the time of a question, for what forbids it where no plan was found
    no_plan: NoPlanParams = NoPlanParams()
    binding: BindingParams = BindingParams()


DEFAULTS = ExplainParams()
