"""Which rules bind, and what one more unit of each would save: solved again with each loosened, from the plan at hand.

Not shadow prices: hubs are whole, so that the next unit may be worth nothing and the tenth a lot. What a search happens
to find while a rule is loose is not the rule's worth either. So each solve begins from the best plan known, and where
one finds something, the rules as they are get the same time in the same part of the area.
"""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import dataclass, field

from instances import InputError, Instance
from optimizer.explain.loosenings import loosened, loosenings, touched
from optimizer.explain.no_plan import Tell
from optimizer.explain.params import DEFAULTS, BindingParams
from optimizer.explain.standing import Standing, stand
from optimizer.model.backend import SolveOptions
from optimizer.model.certificate import Certificate
from optimizer.model.plan import Plan
from optimizer.rules import Loosening
from optimizer.solving.solve import DEFAULT_SOLVER
from optimizer.verify import verify
from optimizer.verify.bound import Known, root_bound
from optimizer.verify.hires import with_hires

_PENNY = 0.01


@dataclass(frozen=True)
class Worth:
    """What a loosening is worth, pounds a year.

    `saving`: the best plan known with it against the best known without, None where there was no time to look. `least`
    and `most`: what the best of all plans can save, as far as is proven; infinite where no bound is known. `touched`:
    in how many places the plan at hand needs the last unit of the rule; None of switches and locks.
    """

    loosening: Loosening
    touched: int | None
    saving: float | None
    least: float
    most: float


@dataclass(frozen=True)
class Binding:
    """`base`: the best plan known under the rules as they are. `useful_s`: a time limit that would tell more."""

    base: Standing
    worths: tuple[Worth, ...]  # what saves most first, then what the plan touches
    useful_s: float | None = None  # None: all is proven


@dataclass
class _Trial:
    """A loosening, and what is known of it so far."""

    loosening: Loosening
    looser: Instance
    touched: int | None
    bound: float = 0.0
    best: Standing | None = None
    is_tried: bool = False


def what_binds(
    instance: Instance,
    base: Standing,
    *,
    options: SolveOptions,
    tell: Tell = lambda _: None,
    params: BindingParams = DEFAULTS.binding,
) -> Binding:
    """`options.time_limit` is for everything. A better plan found under way replaces the base."""
    return _Comparison(instance, base, options, tell, params).run()


@dataclass
class _Comparison:
    instance: Instance
    base: Standing
    options: SolveOptions
    tell: Tell
    params: BindingParams
    trials: list[_Trial] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limit_s = self.options.time_limit
        self.deadline = math.inf if self.limit_s is None else time.monotonic() + self.limit_s
        self.base_s = self.base.elapsed_s
        for loosening in loosenings(self.instance):
            needed = touched(self.instance, self.base.plan, loosening)
            self.trials.append(_Trial(loosening, loosened(self.instance, loosening), needed))
        self.trials.sort(key=lambda trial: trial.touched == 0)
        self.proves = len(self.instance.practices) <= self.params.small or (
            self.base.is_proven and self._left() >= self.params.least_proof_factor * self.base_s * len(self.trials)
        )

    def run(self) -> Binding:
        try:
            if self.base.certificate is not None and not self.proves:
                self._bound(self.base.certificate)
            for number in range(1 if self.proves else self.params.rounds):
                self._round(number)
        except KeyboardInterrupt:
            pass  # what is known so far is told
        worths = sorted(map(self._worth, self.trials), key=_order)
        return Binding(self.base, tuple(worths), self._useful_s(worths))

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    # --- bounds -------------------------------------------------------------------------------------------------------

    def _bound(self, certificate: Certificate) -> None:
        """The prices that prove the plan's bound prove one for looser rules, too, in a moment."""
        until, known = time.monotonic() + self.params.bounds_share * self._left(), Known()
        self.tell("what is proven with looser rules")
        with suppress(InputError, TimeoutError):  # where it is of other rules, or takes too long, trials say so again
            root_bound(self.instance, certificate, deadline=until, known=known)
        slow: list[_Trial] = []
        for trial in self.trials:
            if time.monotonic() < until and not self._bound_trial(trial, certificate, known, seconds=0.0):
                slow.append(trial)
        for k, trial in enumerate(slow):
            left = until - time.monotonic()
            if left > 0:
                self.tell(f"what is proven with {trial.loosening.words}")
                self._bound_trial(trial, certificate, known, seconds=left / (len(slow) - k))

    def _bound_trial(self, trial: _Trial, certificate: Certificate, known: Known, *, seconds: float) -> bool:
        """False if sites have to be priced that are not known, and the time is not enough for it."""
        try:
            bound = root_bound(trial.looser, certificate, deadline=time.monotonic() + seconds, known=known)
        except TimeoutError:
            return False
        except InputError:
            return True  # the certificate's first case is not that of the looser rules
        trial.bound = math.inf if bound is None else float(bound)
        return True

    # --- solves -------------------------------------------------------------------------------------------------------

    def _round(self, number: int) -> None:
        wanted = [trial for trial in self.trials if number == 0 or trial.touched != 0 or self._saving(trial) > _PENNY]
        for k, trial in enumerate(wanted):
            share = self._share(wanted[k:], is_last=number == self.params.rounds - 1)
            if self._left() < self.params.least_solve_s or self._is_settled(trial):
                continue
            self.tell(f"{trial.loosening.words} ({k + 1} of {len(wanted)})")
            self._try(trial, share)

    def _share(self, wanted: list[_Trial], *, is_last: bool) -> float | None:
        """Seconds for the first of the wanted; None = no limit."""
        if self.limit_s is None:
            return None
        if self.proves:
            return self._left() / len(wanted)
        weights = [1.0 if trial.touched == 0 else self.params.touched_weight for trial in wanted]
        later = 0 if is_last else sum(self.params.touched_weight for trial in self.trials if trial.touched != 0)
        return self._left() * weights[0] / (sum(weights) + later)

    def _seconds(self, share: float | None, part: float) -> float | None:
        """Of a part of a rule's time; None = no limit."""
        return None if share is None else max(share * part, self.params.least_solve_s)

    def _is_settled(self, trial: _Trial) -> bool:
        """Whether no plan with the looser rule can cost less than the best that is known."""
        best = trial.best or self.base
        return min(best.objective, self.base.objective) - trial.bound <= _PENNY

    def _try(self, trial: _Trial, share: float | None) -> None:
        solver = DEFAULT_SOLVER if self.proves else self.params.solver
        seconds = self._seconds(share, 1.0 if self.proves else 1 - self.params.fair_share)
        found = stand(trial.looser, options=self._for(seconds), start=self._start(trial), solver=solver)
        trial.is_tried = True
        if found is None:
            return  # the plan at hand was no start, and nothing else was found
        trial.bound = max(trial.bound, found.bound)
        if trial.best is None or found.objective < trial.best.objective:
            trial.best = found
        kept = self._improve(found.plan)
        if not kept and not self.proves and self._saving(trial) > _PENNY:
            self._be_fair(found.plan, self._seconds(share, self.params.fair_share))

    def _start(self, trial: _Trial) -> Plan:
        """The best plan known that keeps the looser rules; one for the rules as they are may hire more than needed."""
        plan = with_hires(trial.looser, self.base.plan)
        evaluation = verify(trial.looser, plan)
        best = trial.best
        if best is None or (evaluation.ok and float(evaluation.objective) < best.objective):
            if evaluation.ok:
                trial.best = Standing(plan, evaluation, trial.bound)
            return plan
        return best.plan

    def _improve(self, plan: Plan) -> bool:
        """Whether the plan keeps the rules as they are; if it is cheaper, it is the new base: no rule has earned it."""
        evaluation = verify(self.instance, plan)
        if evaluation.ok and float(evaluation.objective) < self.base.objective:
            before = self.base
            self.base = Standing(plan, evaluation, before.bound, before.certificate, before.elapsed_s)
        return evaluation.ok

    def _be_fair(self, plan: Plan, seconds: float | None) -> None:
        """What the rules as they are reach where the looser plan differs: the search may have found that anyway."""
        try:
            near = self.instance.with_settings({"policy.fixed_hub": self._agreed(plan)})
        except InputError:
            near = self.instance
        found = stand(near, options=self._for(seconds), start=self.base.plan, solver=self.params.solver)
        if found is not None:
            self._improve(found.plan)

    def _agreed(self, plan: Plan) -> dict[str, str]:
        """The hub of each practice that is in the same hub with the same others in both plans."""
        hubs = {(hub.site, frozenset(hub.members)) for hub in plan.hubs}
        same = [hub for hub in self.base.plan.hubs if (hub.site, frozenset(hub.members)) in hubs]
        return {**self.instance.policy.fixed_hub, **{practice: hub.site for hub in same for practice in hub.members}}

    def _for(self, seconds: float | None) -> SolveOptions:
        return self.options if seconds is None else self.options.model_copy(update={"time_limit": seconds})

    # --- what it comes to ---------------------------------------------------------------------------------------------

    def _objective(self, trial: _Trial) -> float:
        """Of the best plan known with the looser rule; that of the rules as they are mostly keeps it."""
        found = math.inf if trial.best is None else trial.best.objective
        plan = with_hires(trial.looser, self.base.plan)
        evaluation = verify(trial.looser, plan)
        return min(found, float(evaluation.objective)) if evaluation.ok else found

    def _saving(self, trial: _Trial) -> float:
        return self.base.objective - self._objective(trial)

    def _worth(self, trial: _Trial) -> Worth:
        objective = self._objective(trial)
        known = trial.is_tried or self._is_settled(trial) or objective < self.base.objective - _PENNY
        return Worth(
            trial.loosening,
            touched=touched(self.instance, self.base.plan, trial.loosening),
            saving=self.base.objective - objective if known and math.isfinite(objective) else None,
            least=max(self.base.bound - objective, 0.0),
            most=self.base.objective - min(trial.bound, objective) if trial.bound > 0 else math.inf,
        )

    def _useful_s(self, worths: list[Worth]) -> float | None:
        """Every rule as long as the plan at hand took, or as its proof does."""
        if all(worth.most - worth.least <= 2 * self.base.slack for worth in worths):
            return None
        from_proof = self.params.proof_factor if self.base.is_proven else 1.0
        return self.base_s * (1 + from_proof * len(worths))


def _order(worth: Worth) -> tuple[float, float, float]:
    """What saves most first; of the rest what the plan touches, switches and locks, what it does not touch."""
    touched = 0.5 if worth.touched is None else float(worth.touched)
    return -(worth.saving or 0.0), -touched, -worth.most
