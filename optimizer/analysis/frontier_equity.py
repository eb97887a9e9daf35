"""The trade-off of cost against how far the most deprived fifth of patients lives from its hubs, limit by limit.

The least cost first; then, a km from a deprived home counting many times what another does, a plan with ways for the
most deprived that are as short as can be found; between the two, `policy.deprived_km_max` at equal steps, each with the
cheapest plan within it (the epsilon-constraint method, as against disruption). Cost is the instance's own objective.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from instances import Fault, InputError, Instance
from optimizer.analysis.frontier_curve import Curve, Frontier, NoPlan, Tell
from optimizer.analysis.frontier_points import AGAINST_EQUITY, Known, Proof, slope_at
from optimizer.analysis.params import DEFAULTS, FrontierParams
from optimizer.model.backend import SolveOptions
from optimizer.model.plan import Plan
from optimizer.solving.result import Result
from optimizer.solving.solve import DEFAULT_SOLVER
from optimizer.verify.equity import mm_by_fifth
from optimizer.verify.exact import MM_PER_KM
from optimizer.verify.prepared import Prepared

LIMIT = "policy.deprived_km_max"


def find_equity_frontier(
    instance: Instance,
    *,
    points: int,
    options: SolveOptions,
    solver: str = DEFAULT_SOLVER,
    start: Plan | None = None,
    tell: Tell = lambda _: None,
    params: FrontierParams = DEFAULTS.frontier,
) -> Frontier:
    """The curve at `points` limits, both ends among them; `options.time_limit` is for everything and must be set.

    The instance's own limit is kept throughout. Raises `InputError` where homes or deprivation are not known, or travel
    from home cannot be priced (a travel table with a column `cost`); `NoPlan`, and what `solve` does.
    """
    instance.with_settings({LIMIT: 1.0, **_NEAR_THE_DEPRIVED})  # says what is missing before anything is solved
    if not Prepared(instance).homes.patients_by_fifth[0]:
        expected = "finer ones: so many patients live in the most deprived that none is in the most deprived fifth"
        raise InputError([Fault("places", expected, column="deprivation")])
    curve = _Curve(instance, options, solver, tell, params)
    curve.ends(start)
    limits = curve.limits(points)
    curve.between(limits)
    return curve.frontier([*limits, math.inf], points)


_HAIR_KM = 1e-6  # by which means rounded practice by practice, as they are priced, differ from those of the fifth
_NEAR_THE_DEPRIVED = {"travel.basis": "homes", "travel.deprived_weight": 1_000.0}  # far dearer than all else


@dataclass
class _Curve(Curve):
    """Of cost against the mean road km of the most deprived fifth."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.against, self._prepared = AGAINST_EQUITY, Prepared(self.instance)

    def known(self, result: Result) -> Known:
        assert result.plan is not None
        evaluation, patients = result.plan.evaluation, self._prepared.homes.patients_by_fifth[0]
        mm = mm_by_fifth(self._prepared, evaluation.practices)[0]
        return Known(result, float(evaluation.objective), float(mm / (patients * MM_PER_KM)) if patients else 0.0)

    def ends(self, start: Plan | None) -> None:
        shares = self.params.equity_shares
        self.tell("least cost")
        first = self._limited(math.inf, start, shares[0] * self.limit_s)
        if first.plan is None:
            raise NoPlan(first)
        if start is not None:
            self.keep_start(start, first)
        if not self.stopped:
            self.tell("shortest ways of the most deprived fifth")
            cheap = self.start(math.inf, 0.0)
            self.run(_NEAR_THE_DEPRIVED, self.solver, cheap, shares[1] * self.limit_s, construct=True)
        if not self.stopped and not self.is_known(self.least_known()):
            self.tell("least cost with these ways")
            least = self.least_known()
            self._limited(least, self.start(least, 0.0), shares[2] * self.limit_s)

    def between(self, limits: list[float]) -> None:
        """From the shortest ways on: what was best within one limit keeps the next."""
        for k, limit in enumerate(limits[1:]):
            solves = 2 * (len(limits) - 1 - k)
            self.tell(f"{self.against.text(limit)} at most for the most deprived fifth, {k + 1} of {len(limits) - 1}")
            price = slope_at(self.plans, limit)
            if price is not None and not self.is_known(limit) and not self.is_proven(price) and not self.stopped:
                self._priced(price, self.left() / solves)
            if not self.is_known(limit) and not self.stopped:
                self._limited(limit, self.start(limit, 0.0), self.left() / (solves - 1))

    def _priced(self, price: float, seconds: float) -> None:
        """The least `cost + price x km`, by what a deprived km counts for, where the instance prices ways from home."""
        rules, patients = self.instance.travel, float(self._prepared.homes.patients_by_fifth[0])
        unit = self.instance.weights.cost * rules.cost_per_patient_km * patients  # pounds a year for a km, mean
        if rules.basis != "homes" or not unit:
            return
        changes = {"travel.deprived_weight": rules.deprived_weight + price / unit}
        result = self.run(changes, self.solver, self.start(math.inf, price), seconds, construct=True)
        if result.proven_bound is not None:
            self.proofs.append(Proof(price, result.proven_bound - price * _HAIR_KM, math.inf))

    def _limited(self, limit: float, start: Plan | None, seconds: float) -> Result:
        """The least cost within the limit."""
        own = self.instance.policy.deprived_km_max
        most = min(limit, math.inf if own is None else own)
        changes = {} if most == math.inf else {LIMIT: most}
        unlimited = limit == math.inf
        solver = self.solver if unlimited else self.limited_solver
        result = self.run(changes, solver, start, seconds, construct=unlimited)
        if result.proven_bound is not None:
            self.proofs.append(Proof(0.0, result.proven_bound, limit))
        return result
