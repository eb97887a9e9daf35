"""Pages of small plans, written once for all tests."""

from __future__ import annotations

from pathlib import Path

from hamlet_plan import hamlet, result
from village import village

from instances import Instance
from optimizer.model.plan import Hub, Plan
from optimizer.output.document import PlanDocument
from optimizer.output.report import Subject, write_report
from optimizer.solving.result import Result, VerifiedPlan
from optimizer.solving.today import todays_evaluation
from optimizer.verify import verify

HOSTILE = "</script><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"


def subject(ended: Result) -> Subject:
    assert ended.plan is not None
    return Subject.of(ended.plan, PlanDocument.of(ended), todays_evaluation(ended.instance))


def page(folder: Path, instance: Instance | None = None) -> Path:
    """report.html of the hamlet's best plan."""
    write_report(subject(result(instance or hamlet())), folder / "report.html")
    return folder / "report.html"


def renamed(instance: Instance, name: str) -> Instance:
    """Every place called the same, and the instance too."""
    data = instance.model_dump(exclude_unset=True)
    for place in (*data["practices"], *data["hospitals"]):
        place["name"] = name
    return Instance.model_validate({**data, "name": name})


def placeless() -> Subject:
    """A plan of the village with a travel table in place of coordinates."""
    data = village().model_dump(exclude_unset=True)
    for place in (*data["practices"], *data["hospitals"]):
        del place["x_km"], place["y_km"]
    ids = [practice["id"] for practice in data["practices"]]
    pairs = [(a, b) for a in ids for b in (*ids, "A", "C") if a != b]
    table = {"origin": [a for a, _ in pairs], "destination": [b for _, b in pairs], "km": [1.0] * len(pairs)}
    given = Instance.model_validate({**data, "travel": {**data["travel"], "table": table}})
    plan = Plan(hubs=(Hub(site="a", members=("a", "b", "c"), network=None, continues=None),))
    return Subject.of(VerifiedPlan(given, plan, verify(given, plan)), None, todays_evaluation(given))
