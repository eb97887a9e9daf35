"""Why a plan is not otherwise: solved again as asked, what it would cost by term, or which rules forbid it."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from instances import Instance
from optimizer.explain.no_plan import NoPlan, Tell, why_no_plan
from optimizer.explain.params import DEFAULTS, ExplainParams
from optimizer.explain.questions import Question
from optimizer.explain.standing import Standing, stand
from optimizer.model.backend import SolveOptions
from optimizer.model.locked import known_as
from optimizer.model.plan_distance import Difference, difference
from optimizer.verify import verify


@dataclass(frozen=True)
class Answer:
    """`asked` is None where no plan was found; `forbidden` then says what stands in its way."""

    question: Question
    base: Standing
    asked: Standing | None
    already: bool = False  # the plan is so as it stands
    change: Difference | None = None
    forbidden: NoPlan | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # of practices and hospitals, as people know them

    @property
    def extra(self) -> float:
        """Pounds a year that the plan found for it costs more."""
        assert self.asked is not None
        return self.asked.objective - self.base.objective

    @property
    def extra_range(self) -> tuple[float, float]:
        """Least and most that it can cost more, as far as is proven: the best plans of both compared.

        The most is infinite where no bound is known.
        """
        assert self.asked is not None
        least = self.asked.bound - self.base.objective
        if self.question.is_one_rule_more:
            least = max(least, 0.0)
        return least, self.asked.objective - self.base.bound if self.base.bound > 0 else math.inf

    @property
    def terms(self) -> dict[str, float]:
        """Pounds a year more by term, unweighted; terms that stay as they are left out."""
        assert self.asked is not None
        before, after = self.base.evaluation.terms, self.asked.evaluation.terms
        return {term: float(after[term] - before[term]) for term in after if after[term] != before[term]}


def why_not(
    instance: Instance,
    base: Standing,
    question: Question,
    *,
    options: SolveOptions,
    tell: Tell = lambda _: None,
    params: ExplainParams = DEFAULTS,
) -> Answer:
    """`base` is what the instance has without it; `options` are of the solve. Raises `InputError`, `SolverError`."""
    asked = question.ask(instance)
    if verify(asked, base.plan).ok:
        return Answer(question, base, base, already=True, names=_names(instance))
    began, limit = time.monotonic(), options.time_limit
    first = options if limit is None else options.model_copy(update={"time_limit": limit * (1 - params.reasons_share)})
    tell(f"solving with: {question.text}")
    found = stand(asked, options=first, start=base.plan)
    if found is not None:
        return Answer(question, base, found, change=difference(base.plan, found.plan), names=_names(instance))
    left = 60.0 if limit is None else max(limit - (time.monotonic() - began), 1.0)
    forbidden = why_no_plan(
        asked,
        time_limit=left,
        threads=options.threads,
        seed=options.seed or 0,
        hard=question.hard,
        known=[base.plan],
        tell=tell,
        params=params.no_plan,
    )
    return Answer(question, base, None, forbidden=forbidden)


def _names(instance: Instance) -> Mapping[str, str]:
    names = {practice.id: known_as(practice) for practice in instance.practices}
    return names | {hospital.id: known_as(hospital) for hospital in instance.hospitals}
