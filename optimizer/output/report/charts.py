"""Charts of the page as plotly figures."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from optimizer.output.report.subject import Subject
from optimizer.output.report.wording import TERMS, difference, pounds
from optimizer.verify import Evaluation
from optimizer.verify.costs import COST

_COST = {term.__name__ for term in COST}
_SMALL = 0.002  # of the larger total: changes below it are shown together
_TODAY, _PLAN, _UP, _DOWN = "#768692", "#003087", "#d4351c", "#007f3b"


def weighted_terms(subject: Subject, evaluation: Evaluation) -> dict[str, float]:
    """Pounds a year by term, with the instance's weights: they add up to the objective."""
    weights = subject.instance.weights
    return {
        term: float(amount) * (weights.cost if term in _COST else weights.disruption)
        for term, amount in evaluation.terms.items()
    }


def cost_chart(subject: Subject) -> dict[str, Any]:
    """From today's cost to the plan's, term by term; without a today, what the plan's cost is made of."""
    plan = weighted_terms(subject, subject.evaluation)
    if subject.today is None:
        steps = {term: amount for term, amount in plan.items() if amount}
        start: list[tuple[str, float]] = []
    else:
        today = weighted_terms(subject, subject.today)
        steps = {term: plan[term] - today[term] for term in plan}
        start = [("Today's groups", sum(today.values()))]
    small = _SMALL * max(sum(plan.values()), *(amount for _, amount in start), 1.0)
    shown = {TERMS.get(term, term): amount for term, amount in steps.items() if abs(amount) >= small}
    other = sum(amount for amount in steps.values() if abs(amount) < small)
    if abs(other) >= 1:
        shown["All else"] = other
    labels = [*(label for label, _ in start), *shown, "This plan"]
    amounts = [*(amount for _, amount in start), *shown.values(), sum(plan.values())]
    measure = ["absolute"] * len(start) + ["relative"] * len(shown) + ["total"]
    text = [pounds(a) if m != "relative" or not start else difference(a) for a, m in zip(amounts, measure, strict=True)]
    bar = {
        "type": "waterfall",
        "orientation": "h",
        "y": labels,
        "x": [round(amount) for amount in amounts],
        "measure": measure,
        "text": text,
        "textposition": "outside",
        "cliponaxis": False,
        "increasing": {"marker": {"color": _UP if start else _TODAY}},
        "decreasing": {"marker": {"color": _DOWN}},
        "totals": {"marker": {"color": _PLAN}},
        "connector": {"line": {"color": "#aeb7bd", "width": 1}},
        "hovertemplate": "%{y}: %{text} a year<extra></extra>",
    }
    heights = accumulate([*(amount for _, amount in start), *shown.values()])
    return {"data": [bar], "layout": _layout(len(labels), max([sum(plan.values()), *heights]))}


def _layout(bars: int, longest: float) -> dict[str, Any]:
    return {
        "height": 70 + 34 * bars,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 40},
        "yaxis": {"autorange": "reversed", "automargin": True, "fixedrange": True},
        "xaxis": {
            **{"title": {"text": "pounds a year"}, "tickprefix": "£", "zeroline": True, "fixedrange": True},
            **{"gridcolor": "#e8edee", "range": [0, 1.4 * max(longest, 1.0)], "nticks": 5, "tickangle": 0},
        },
        "plot_bgcolor": "#ffffff",
        "paper_bgcolor": "#ffffff",
        "font": {"color": "#212b32", "size": 13},
        "showlegend": False,
    }
