"""plan.json: a plan with how it came about, complete enough to make every other file from it and the instance.

The same model writes and reads it. Keys that it does not know are left alone, so that other tools may add theirs.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic_core import to_jsonable_python

from instances import Instance
from instances.assumptions import assumptions
from optimizer.analysis.check_data import estimated_staff
from optimizer.analysis.money import COMPARISON, difference_by_money
from optimizer.model.backend import Ending, Limit, Proof, Reason
from optimizer.model.departures import PricedDepartures
from optimizer.model.json_document import InstanceMark, JsonDocument, Part, instance_mark
from optimizer.model.plan import Chain, Fte, Hub, Network, Plan, TrustRun
from optimizer.model.plan_distance import difference
from optimizer.output.equity_part import EquityPart
from optimizer.output.neighbourhoods import HubNeighbourhood, NeighbourhoodsPart, neighbourhood_parts
from optimizer.solving.judged import JudgedPlan
from optimizer.solving.registry import proof_by
from optimizer.solving.result import Progress, Result, VerifiedPlan, finite
from optimizer.verify import ChainEvaluation, Evaluation
from optimizer.verify.money import Money, by_money

PACKAGES = ("caregroup", "numpy", "scipy", "pydantic")  # recorded beside the solver's own

_SHARE_LIMITS = ("share_max", "coverage_max")  # 1 = all patients = no limit


class Moment(Part):
    """Where the solve stood at a time: a better plan or a better bound."""

    elapsed_s: float
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None

    @classmethod
    def of(cls, progress: Progress) -> Moment:
        return cls(
            elapsed_s=round(progress.elapsed_s, 3),
            objective=finite(progress.objective),
            bound=finite(progress.bound),
            gap=finite(progress.gap),
        )


class Assumed(Part):
    """A figure that the plan rests on and that nobody stated."""

    key: str = Field(description="a setting, as --set takes it; a column for what practices do not report")
    value: Any = None
    description: str = ""


class PlacedWithoutConsent(Part):
    """A practice in a network of a care model that it refuses, by the commissioner's last resort."""

    practice: str
    care_model: str
    ground: str = Field(description="after mediation, serious problems or strain, or several of them")

    @classmethod
    def all_of(cls, instance: Instance, evaluation: Evaluation) -> tuple[PlacedWithoutConsent, ...] | None:
        """None where the instance has no last resort."""
        if not instance.policy.last_resort:
            return None
        return tuple(
            cls(practice=facts.practice, care_model=facts.care_model or "", ground=facts.without_consent or "")
            for facts in evaluation.without_consent
        )


class Today(Part):
    """Today's groups as hubs, by the same rules and prices (docs/compare.md)."""

    objective: float = Field(description="pounds a year")
    difference: float = Field(description="objective of the plan - objective of today, pounds a year")
    terms: dict[str, float] = Field(description="unweighted")
    money: dict[Money, float] = Field(
        default_factory=dict, description="terms by what kind of money they are, what today does without being assumed"
    )
    money_difference: dict[Money, float] = Field(
        default_factory=dict, description="money of the plan - money of today, unweighted pounds a year"
    )
    comparison: str = Field(default="", description="what the comparison is, and what it is not")
    broken: dict[str, int] = Field(default_factory=dict, description="rules that today breaks, and how often each")
    hubs: int
    practices: int = Field(description="that sit differently in the plan")
    pairs: float = Field(description="share of the pairs of practices in one hub in either that are so in one only")

    @classmethod
    def of(cls, today: JudgedPlan, plan: VerifiedPlan) -> Today:
        evaluation, change = today.evaluation, difference(today.plan, plan.plan)
        return cls(
            objective=float(evaluation.objective),
            difference=float(plan.evaluation.objective - evaluation.objective),
            terms={term: float(pounds) for term, pounds in evaluation.terms.items()},
            money=_floats(today.money),
            money_difference=_floats(difference_by_money(by_money(plan.evaluation.terms), today.money)),
            comparison=COMPARISON,
            broken=today.broken,
            hubs=len(evaluation.hubs),
            practices=len(change.practices),
            pairs=change.pairs,
        )


class ChainsPart(Part):
    """Chains of hospitals, a problem of their own (docs/model.md, section 7). Money in pounds a year."""

    objective: float = Field(description="recomputed from the chains; no part of the plan's objective")
    bound: float | None = Field(default=None, description="no chains cost less, as is proven")
    gap: float | None = Field(default=None, description="|objective - bound|, relative to the objective")
    terms: dict[str, float] = Field(default_factory=dict)
    chains: tuple[Chain, ...]

    @classmethod
    def of(cls, result: Result, chains: tuple[Chain, ...], evaluation: ChainEvaluation) -> ChainsPart:
        return cls(
            objective=float(evaluation.objective),
            bound=finite(result.chains_bound),
            gap=finite(result.chains_gap),
            terms={term: float(pounds) for term, pounds in evaluation.terms.items()},
            chains=chains,
        )


def _floats(money: Mapping[Money, Fraction]) -> dict[Money, float]:
    return {kind: float(pounds) for kind, pounds in money.items()}


class PlanDocument(JsonDocument):
    """The content of plan.json. Money in pounds a year; times in seconds, of wall clock except for `cpu_s`."""

    where_used: ClassVar[frozenset[str]] = frozenset(
        {"without_consent", "trust_run", "chains", "neighbourhoods", "hub_neighbourhoods"}
    )

    schema_version: Literal[1]
    instance: InstanceMark = InstanceMark()

    reason: Reason | None = None
    limit: Limit | None = Field(default=None, description="what stopped the solver, if something did")
    ending: Ending | None = Field(default=None, description="what became of the solver's process")
    native_status: str = Field(default="", description="the solver's own words")
    message: str = ""

    objective: float | None = Field(default=None, description="recomputed from the plan")
    departures: PricedDepartures | None = Field(
        default=None, description="from an earlier plan, no part of the objective"
    )
    bound: float | None = Field(default=None, description="no plan costs less, departures.pounds added")
    proof: Proof | None = Field(
        default=None, description="proven, or only claimed by the solver; none without a bound and in older files"
    )
    certified_bound: float | None = Field(default=None, description="of the bound.json beside it, where there is one")
    gap: float | None = Field(default=None, description="|objective + departures.pounds - bound|, relative to that sum")
    terms: dict[str, float] = Field(default_factory=dict, description="unweighted")
    money: dict[Money, float] = Field(default_factory=dict, description="terms by what kind of money they are")

    today: Today | None = Field(default=None, description="none where no practice has a group today")

    equity: EquityPart | None = Field(default=None, description="who gains and who loses; none in older files")

    hubs: tuple[Hub, ...]
    networks: tuple[Network, ...] = ()
    independents: tuple[str, ...] = ()
    trust_run: tuple[TrustRun, ...] = ()
    hires: dict[str, Fte] = Field(default_factory=dict, description="FTE over the whole plan by role")
    chains: ChainsPart | None = Field(default=None, description="only where the instance has chains")

    neighbourhoods: NeighbourhoodsPart | None = Field(default=None, description="only where the instance has homes")
    hub_neighbourhoods: tuple[HubNeighbourhood, ...] = ()

    without_consent: tuple[PlacedWithoutConsent, ...] | None = Field(
        default=None, description="practices that the commissioner's last resort places; none where there is none"
    )

    solver: str = ""
    options: dict[str, Any] = Field(default_factory=dict, description="as in SolveOptions")
    seed: int | None = None
    versions: dict[str, str] = Field(default_factory=dict)
    start_used: bool | None = None

    elapsed_s: float | None = None
    build_s: float | None = None
    solve_s: float | None = None
    cpu_s: float | None = None
    peak_memory_mb: float | None = None
    nodes: int | None = None
    scaling_error: float | None = Field(default=None, description="pounds a year that integer scaling can have changed")

    trajectory: tuple[Moment, ...] = ()
    warnings: tuple[str, ...] = ()
    assumptions: tuple[Assumed, ...] = ()

    @property
    def plan(self) -> Plan:
        chains = None if self.chains is None else self.chains.chains
        return Plan(
            hubs=self.hubs,
            networks=self.networks,
            independents=self.independents,
            trust_run=self.trust_run,
            chains=chains,
        )

    @property
    def proof_here(self) -> Proof | None:
        """What counts of `proof`: no file can vouch for its solver, and an older one does not try."""
        if self.bound is None:
            return None
        return "claimed" if self.proof == "claimed" else proof_by(self.solver)

    @classmethod
    def of(cls, result: Result, settings: Sequence[str] = (), file: str | None = None) -> PlanDocument:
        """The document of a result that has a plan; `settings` are the changes made to the instance of `file`."""
        if result.plan is None:
            raise ValueError("a result without a plan has no document")
        plan, outcome, evaluation = result.plan.plan, result.outcome, result.plan.evaluation
        today = result.today
        neighbourhoods, of_hubs = neighbourhood_parts(result.plan, None if today is None else today.evaluation)
        return cls(
            schema_version=1,
            instance=instance_mark(result.instance, settings, file),
            reason=result.reason,
            limit=result.limit,
            ending=result.ending,
            native_status=outcome.native_status,
            message=result.message,
            objective=result.objective,
            departures=_departures(result, evaluation),
            bound=finite(result.bound),
            proof=result.proof,
            certified_bound=finite(result.certified_bound),
            gap=finite(result.gap),
            terms=result.terms,
            money=_floats(by_money(evaluation.terms)),
            today=None if today is None else Today.of(today, result.plan),
            equity=EquityPart.of(result.instance, evaluation, None if today is None else today.evaluation),
            hubs=plan.hubs,
            networks=plan.networks,
            independents=plan.independents,
            trust_run=plan.trust_run,
            hires={role: round(float(fte), 9) for role, fte in evaluation.hires.items()},
            neighbourhoods=neighbourhoods,
            hub_neighbourhoods=of_hubs,
            without_consent=PlacedWithoutConsent.all_of(result.instance, evaluation),
            chains=_chains(result, plan, evaluation),
            solver=result.solver,
            options=to_jsonable_python(result.options, serialize_unknown=True),
            seed=result.options.seed,
            versions={**installed_versions(), **outcome.versions},
            start_used=outcome.start_used,
            elapsed_s=round(result.elapsed_s, 3),
            build_s=finite(outcome.build_s),
            solve_s=finite(outcome.solve_s),
            cpu_s=finite(outcome.cpu_s),
            peak_memory_mb=finite(outcome.peak_memory_mb),
            nodes=outcome.nodes,
            scaling_error=finite(outcome.scaling_error),
            trajectory=tuple(map(Moment.of, result.trajectory)),
            warnings=result.warnings,
            assumptions=tuple(assumed(result.instance)),
        )


def _chains(result: Result, plan: Plan, evaluation: Evaluation) -> ChainsPart | None:
    if plan.chains is None or evaluation.chains is None:
        return None
    return ChainsPart.of(result, plan.chains, evaluation.chains)


def _departures(result: Result, evaluation: Evaluation) -> PricedDepartures | None:
    if result.departures is None:
        return None
    return PricedDepartures(
        **result.departures.model_dump(),
        practices=len(evaluation.departed),
        pounds=float(evaluation.departures),
    )


def assumed(instance: Instance) -> Iterator[Assumed]:
    """Defaults that the instance leaves in place, rules that are off aside, then estimated staff."""
    for default in assumptions(instance):
        if default.value and not (default.key.endswith(_SHARE_LIMITS) and default.value == 1):
            yield Assumed(key=default.key, value=default.value, description=default.description)
    for role, practices in estimated_staff(instance).items():
        what = f"practices that report no {role}, counted at the average per patient of those that do"
        yield Assumed(key=f"fte_{role}", value=practices, description=what)
    yield from _assumed_of_money(instance)


def _assumed_of_money(instance: Instance) -> Iterator[Assumed]:
    """Practices without what others have, or what a guarantee needs."""
    practices = instance.practices
    unweighted = tuple(p.id for p in practices if p.weighted_patients is None)
    if 0 < len(unweighted) < len(practices):
        what = "practices without a weighted list, whose registered patients count in capitated budgets"
        yield Assumed(key="weighted_patients", value=unweighted, description=what)
    unfunded = tuple(p.id for p in practices if p.core_funding_per_patient is None)
    if unfunded and instance.policy.guarantee_per_patient is not None:
        what = "practices that report no core funding, for which no top-up to the guarantee is counted"
        yield Assumed(key="core_funding_per_patient", value=unfunded, description=what)


def installed_versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Of Python and of packages, as far as they are installed."""
    found = {"python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
