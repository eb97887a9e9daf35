"""What `solve` returns: a verified plan, how good it provably is, and how it came about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from optimizer.model.gap import relative_gap

if TYPE_CHECKING:  # so that the name is there without pandas and arrays
    import geopandas
    import pandas as pd
    import plotly.graph_objects

    from instances import Instance
    from optimizer.model.backend import Ending, Limit, Outcome, Proof, Reason, SolveOptions
    from optimizer.model.certificate import Certificate
    from optimizer.model.departures import Departures
    from optimizer.model.plan import Plan
    from optimizer.solving.judged import JudgedPlan
    from optimizer.verify import Evaluation


def _output(module: str) -> Any:
    """What is made of results lies above them, so it is found by name once it is asked for."""
    return import_module(f"optimizer.output.{module}")


def finite(value: float | None) -> float | None:
    """None for what JSON has no word for."""
    return None if value is None or not math.isfinite(value) else float(value)


def _duration(seconds: float) -> str:
    """Short, for a line."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes, hours = seconds / 60, seconds / 3600
    return f"{minutes:.0f} min" if minutes < 120 else f"{hours:.1f} h"


@dataclass(frozen=True)
class Progress:
    """Where a solve stands; `objective` is verified, pounds a year, the price of departures added."""

    elapsed_s: float
    objective: float | None = None
    bound: float | None = None
    message: str = ""
    proof: Proof | None = None  # of the bound
    phase: str = ""  # what is being done
    time_limit: float | None = None  # seconds, by the clock of `elapsed_s`

    @property
    def left_s(self) -> float | None:
        """Seconds until the time limit, if there is one."""
        if self.time_limit is None or math.isinf(self.time_limit):
            return None
        return max(0.0, self.time_limit - self.elapsed_s)

    @property
    def doing(self) -> str:
        """What is being done, and for how long at most, in words."""
        left = "" if self.left_s is None else f"{_duration(self.left_s)} left"
        return ", ".join(filter(None, [self.phase, left]))

    @property
    def gap(self) -> float | None:
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)

    @property
    def bound_known(self) -> bool:
        """Whether the bound says more than that no term is below 0."""
        return self.bound is not None and (self.bound > 0 or self.objective == 0)

    @property
    def standing(self) -> str:
        """Plan, bound and gap in words."""
        plan = "no plan yet" if self.objective is None else f"plan {self.objective:,.0f}"
        bound = f"  bound {self.bound:,.0f}" if self.bound_known else ""
        gap = f"  gap {self.gap:.2%}" if self.bound_known and self.gap is not None else ""
        claimed = "  (claimed)" if self.bound_known and self.proof == "claimed" else ""
        return f"{plan}{bound}{gap}{claimed}"

    def __str__(self) -> str:
        parts = (f"{self.elapsed_s:7.1f} s", self.doing, self.standing, self.message)
        return "  ".join(filter(None, parts))


@dataclass(frozen=True)
class VerifiedPlan:
    """A plan that keeps every rule, with its exact evaluation and its tables."""

    instance: Instance
    plan: Plan
    evaluation: Evaluation

    @cached_property
    def assignments(self) -> pd.DataFrame:
        """The columns of assignments.csv; then names, patients, current group and coordinates."""
        from optimizer.solving.tables import assignments_table

        return assignments_table(self.instance, self.evaluation)

    @cached_property
    def hubs(self) -> pd.DataFrame:
        """A row a hub, the columns of hubs.csv."""
        from optimizer.solving.tables import hubs_table

        table = hubs_table(self.instance, self.evaluation)
        named: pd.DataFrame = _output("neighbourhoods").with_neighbourhoods(self, table)
        return named

    @cached_property
    def networks(self) -> pd.DataFrame:
        """A row a network, the columns of networks.csv."""
        from optimizer.solving.tables import networks_table

        return networks_table(self.instance, self.evaluation)

    @cached_property
    def chains(self) -> pd.DataFrame:
        """A row a chain of hospitals, the columns of chains.csv."""
        from optimizer.solving.tables import chains_table

        return chains_table(self.instance, self.evaluation)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """By name as the files have them: without what `assignments` adds for people; chains where there are any."""
        from optimizer.solving.tables import assignment_columns

        columns = list(assignment_columns(self.instance))
        own = {"assignments": self.assignments[columns], "hubs": self.hubs, "networks": self.networks}
        return own if self.evaluation.chains is None else {**own, "chains": self.chains}

    @cached_property
    def money(self) -> dict[str, pd.DataFrame]:
        """Pounds by network, paid once and a year, as `network_money`; where there are any, by commissioner as
        `commissioner_money`.
        """
        tables: dict[str, pd.DataFrame] = _output("money_tables").money_tables(self)
        return tables

    @cached_property
    def equity(self) -> pd.DataFrame:
        """Who gains and who loses against today's groups: km to the hub by deprivation, place and so on."""
        table: pd.DataFrame = _output("equity_part").plan_equity(self)
        return table

    def map(self) -> plotly.graph_objects.Figure:
        """The map of the page, to look at or to draw on.

        Raises `ImportError` without plotly (the extra `report`), `ValueError` where places have no coordinates.
        """
        return _output("notebook").figure(self)

    def to_geodataframe(
        self, kind: Literal["practices", "hubs", "sites", "leads"] = "practices"
    ) -> geopandas.GeoDataFrame:
        """Practices as points with the columns of `assignments`, hubs as areas, or their sites or leads as points.

        WGS 84; of plane coordinates, practices in km. Raises `ImportError` without geopandas (the extra `geo`),
        `ValueError` where places have no coordinates, or no degrees for an area.
        """
        return _output("notebook").geodataframe(self, kind)

    def __repr__(self) -> str:
        parts = f"{len(self.plan.hubs)} hubs, {len(self.plan.networks)} networks"
        broken = "" if self.evaluation.ok else f", {len(self.evaluation.violations)} broken rules"
        return f"<plan of {self.instance.name}: {float(self.evaluation.objective):,.0f} pounds a year, {parts}{broken}>"

    def _repr_html_(self) -> str:
        html: str = _output("notebook").plan_html(self)
        return html


@dataclass(frozen=True)
class Result:
    """How a solve ended. Objective and gap are recomputed from the plan, never a solver's word.

    `proof` is of the bound or, without a plan and a bound, of that no plan exists: "proven" beside the reason
    infeasible, "claimed" beside no_solution. It is None where there is neither.
    """

    instance: Instance
    plan: VerifiedPlan | None
    reason: Reason
    limit: Limit | None
    bound: float | None  # no plan has a lower objective (and price of departures), pounds a year ...
    proof: Proof | None  # ... as is proven, or as the backend claims and nothing vouches for
    solver: str
    options: SolveOptions
    outcome: Outcome  # what the backend itself said
    trajectory: tuple[Progress, ...] = ()
    warnings: tuple[str, ...] = ()
    message: str = ""
    elapsed_s: float = 0.0
    departures: Departures | None = None  # from the start plan, where they had a price
    chains_bound: float | None = None  # no chains of the instance's hospitals cost less, pounds a year, as is proven
    is_unfinished: bool = False  # something else than its own limits ended it: its checkpoint is worth going on from

    @property
    def status(self) -> Reason:
        return self.reason

    @property
    def ending(self) -> Ending:
        return self.outcome.ending

    @property
    def objective(self) -> float | None:
        """Pounds a year, whatever price departures had."""
        return None if self.plan is None else float(self.plan.evaluation.objective)

    @property
    def priced(self) -> float | None:
        """What was minimised, pounds a year: the objective and the price of departures."""
        return None if self.plan is None else float(self.plan.evaluation.priced)

    @property
    def terms(self) -> dict[str, float]:
        """Unweighted pounds a year by term."""
        return {} if self.plan is None else {k: float(v) for k, v in self.plan.evaluation.terms.items()}

    @property
    def gap(self) -> float | None:
        if self.priced is None or self.bound is None:
            return None
        return relative_gap(self.priced, self.bound)

    @property
    def chains_gap(self) -> float | None:
        """Of the chains, whose objective is one of its own; None without chains or a bound."""
        chains = None if self.plan is None else self.plan.evaluation.chains
        if chains is None or self.chains_bound is None:
            return None
        return relative_gap(float(chains.objective), self.chains_bound)

    @property
    def proven_bound(self) -> float | None:
        """The bound, unless it is a mere claim."""
        return self.bound if self.proof == "proven" else None

    @property
    def certificate(self) -> Certificate | None:
        """Of a bound at or below `bound`; None where the backend wrote none."""
        return None if self.bound is None else self.outcome.certificate

    @property
    def certified_bound(self) -> float | None:
        """What bound.json states, pounds a year."""
        return None if self.certificate is None else self.certificate.bound

    @cached_property
    def today(self) -> JudgedPlan | None:
        """Today's groups by the same rules and prices; None where no practice has a group."""
        from optimizer.solving.today import judged_today

        return judged_today(self.instance)

    def save(self, folder: str | Path) -> tuple[Path, ...]:
        """Write the plan's files and, so that `load` needs nothing else, the instance; return their paths.

        Raises `ValueError` without a plan.
        """
        written: tuple[Path, ...] = _output("saved").save(self, folder)
        return written

    @classmethod
    def load(cls, folder: str | Path, instance: Instance | None = None) -> Result:
        """The result that was saved in a folder, or written there by `caregroup solve`; verified again.

        `instance` is what it is of; None: the one that plan.json names. What only the process of a solve knew (its
        solution as arrays, messages among the progress) is gone. Raises `InputError` for a plan that does not verify.
        """
        loaded: Result = _output("saved").load(folder, instance)
        return loaded

    def __repr__(self) -> str:
        gap = f", gap {self.gap:.2%} {self.proof}" if self.gap is not None else ""
        return f"<{self.reason} after {self.elapsed_s:.1f} s with {self.solver}: {self.plan or 'no plan'}{gap}>"

    def _repr_html_(self) -> str:
        html: str = _output("notebook").result_html(self)
        return html
