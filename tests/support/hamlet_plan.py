"""The bundled hamlet and its best plan, put together without any solver."""

from __future__ import annotations

from pathlib import Path

import instances
from instances import Instance
from optimizer.model.backend import Limit, Outcome, Reason, SolveOptions
from optimizer.model.plan import Hub, Network, Plan, TrustRun
from optimizer.solving.result import Progress, Result, VerifiedPlan
from optimizer.verify import verify

HAMLET = Path(instances.__file__).parent / "data" / "hamlet"
OPTIMUM = 1_022_998.5213  # pounds a year, instances/data/README.md

BEST = Plan(
    hubs=(
        Hub(site="ZP01", members=("ZP01", "ZP02", "ZP04"), network="MCP:ZP01", continues="ZG-WEST"),
        Hub(site="ZP06", members=("ZP05", "ZP06", "ZP09"), network="PACS:ZH01", continues="ZG-MID"),
        Hub(site="ZP07", members=("ZP07", "ZP08"), network="PACS:ZH01", continues="ZG-EAST", hires={"gp": 1.05}),
        Hub(site="ZP12", members=("ZP03", "ZP10", "ZP12"), network="MCP:ZP01"),
    ),
    networks=(Network(care_model="MCP", lead="ZP01"), Network(care_model="PACS", lead="ZH01")),
    independents=("ZP11",),
)
RUN = BEST.model_copy(update={"independents": (), "trust_run": (TrustRun(practice="ZP11", hospital="ZH02"),)})


def hamlet() -> Instance:
    return Instance.read(HAMLET / "instance.toml")


def funded_hamlet() -> Instance:
    """The hamlet with two commissioners, core funding on both sides of a guarantee, every other list weighted."""
    data = hamlet().model_dump(exclude_unset=True)
    for k, practice in enumerate(data["practices"]):
        practice["area"] = "West" if practice["x_km"] < 6.5 else "East"
        practice["core_funding_per_patient"] = None if practice["id"] == "ZP03" else 90.5 + k
        if k % 2:
            practice["weighted_patients"] = 1.25 * practice["patients"]
    data["commissioners"] = [
        {"area": "West", "delegated": True, "management_cost": 1_000_000},
        {"area": "East", "delegated": False},
    ]
    data["policy"] |= {"guarantee_per_patient": 95.5, "dividend_reinvested_share": 0.5}
    return Instance.model_validate(data)


def run_by_cottage_hospital(instance: Instance) -> Instance:
    """The hamlet where the trust of ZH02 can run a practice, as in the plan `RUN`."""
    acute, cottage = instance.hospitals
    able = (acute, cottage.model_copy(update={"runs_practices_max": 1}))
    return instance.with_settings({"trust_run.max_km": 100}).model_copy(update={"hospitals": able})


def on_the_globe(instance: Instance) -> Instance:
    """The hamlet, which lies on a plane, put into the Midlands."""
    data = instance.model_dump(exclude_unset=True)
    for place in (*data["practices"], *data["hospitals"]):
        place["longitude"] = -1.5 + place.pop("x_km") / 67.7
        place["latitude"] = 52.5 + place.pop("y_km") / 111.2
    return Instance.model_validate(data)


def verified(instance: Instance, plan: Plan = BEST) -> VerifiedPlan:
    return VerifiedPlan(instance, plan, verify(instance, plan))


def result(instance: Instance, plan: Plan = BEST) -> Result:
    """As a solve would end that was stopped by its time limit with a bound a little below the plan."""
    checked = verified(instance, plan)
    objective = float(checked.evaluation.objective)
    bound = 0.99 * objective
    return Result(
        instance=instance,
        plan=checked,
        reason=Reason.FEASIBLE,
        limit=Limit.TIME,
        bound=bound,
        proof="proven",
        solver="auto",
        options=SolveOptions(time_limit=5.0, seed=7, native={"made-up": {"effort": object}}),
        outcome=Outcome(
            Reason.FEASIBLE,
            Limit.TIME,
            native_status="Time's up",
            scaling_error=0.5,
            build_s=0.25,
            nodes=12,
            versions={"made-up": "9.9"},
        ),
        trajectory=(
            Progress(0.5, objective * 1.1, None),
            Progress(1.0, objective, float("-inf")),
            Progress(5.0, objective, bound),
        ),
        warnings=("the seed is lucky",),
        elapsed_s=5.01,
    )
