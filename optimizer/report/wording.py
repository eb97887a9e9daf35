"""Words and figures of the page."""

from __future__ import annotations

from optimizer.backend import PROVEN_GAP
from optimizer.display import LIMITS
from optimizer.report.subject import Subject
from optimizer.result import relative_gap

TERMS = {
    "hub_running": "Running hubs",
    "hub_setup": "Setting up hubs",
    "network_running": "Running networks",
    "network_setup": "Setting up networks",
    "travel": "Patients' travel",
    "coordination": "Travel to leads",
    "hires": "Staff to hire",
    "hub_size": "Hubs off target size",
    "network_size": "Networks off target size",
    "misfit": "Care model misfit",
    "forgone_dividend": "Dividend forgone",
    "independents": "Independent practices",
    "moved_practices": "Practices moving",
    "moved_patients": "Patients moving",
}


_MINUS = "\N{MINUS SIGN}"


def pounds(amount: float) -> str:
    """£12.34m or £456,000 or £789."""
    sign, size = (_MINUS if amount < 0 else ""), abs(amount)
    if size >= 999_500:
        return f"{sign}£{size / 1e6:,.2f}m"
    if size >= 9_950:
        return f"{sign}£{round(size, -3):,.0f}"
    return f"{sign}£{size:,.0f}"


def difference(amount: float) -> str:
    """With its sign, as a change."""
    return pounds(amount) if amount < 0 else f"+{pounds(amount)}"


def change(amount: float) -> str:
    """To the pound, with its sign."""
    return f"{_MINUS if amount < 0 else '+'}{abs(amount):,.0f}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    if share >= 0.1:
        return f"{share:.0%}"
    return f"{share:.1%}" if share >= 0.001 else f"{share:.2%}"


def proof(subject: Subject) -> tuple[str, str, str]:
    """How far the plan can be from the best, for people who know no optimisation: a figure, a note and a sentence."""
    objective, document = float(subject.evaluation.priced), subject.document
    stopped = f" The search was {LIMITS[document.limit]}." if document.limit is not None else ""
    if not subject.evaluation.ok:
        sentence = "The plan breaks rules, so it cannot be compared with plans that keep them."
        return "not comparable", "the plan breaks rules", sentence
    if subject.bound is None or subject.bound <= 0:
        sentence = f"How much cheaper another plan could be has not been proven.{stopped}"
        return "not known", "nothing is proven yet", sentence
    gap = relative_gap(objective, subject.bound)
    if gap <= PROVEN_GAP:
        return "none", "proven to be the cheapest", "Proven: no plan that keeps these rules costs less."
    included = ", the price of departures included" if subject.departures is not None else ""
    saving = f"{pounds(objective - subject.bound)} a year ({percent(gap)})"
    return (
        f"{percent(gap)} at most",
        "of the cost, proven",
        f"Proven: no plan that keeps these rules costs less than {pounds(subject.bound)} a year{included}. "
        f"However long the search goes on, at most {saving} can be saved.{stopped}",
    )
