"""Words and figures of the page."""

from __future__ import annotations

from optimizer.output.display import LIMITS
from optimizer.output.report.subject import Subject
from optimizer.solving.assurance import Assurance

TERMS = {
    "hub_running": "Running hubs",
    "hub_setup": "Setting up hubs",
    "network_running": "Running networks",
    "network_setup": "Setting up networks",
    "travel": "Patients' travel",
    "coordination": "Travel to leads",
    "across": "Crossing boundaries",
    "hires": "Staff to hire",
    "hub_size": "Hubs off target size",
    "network_size": "Networks off target size",
    "misfit": "Care model misfit",
    "unready_bids": "Bids not ready",
    "delay": "Delay under strain",
    "reluctance": "Reluctance",
    "autonomy": "Autonomy given up",
    "guarantee": "Core funding up to the guarantee",
    "forgone_dividend": "Dividend forgone",
    "independents": "Independent practices",
    "partners_running": "Running partners of networks",
    "partners_setup": "Setting up partners of networks",
    "trust_run": "Trusts running practices",
    "trust_run_fit": "Practices run by trusts",
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
    known, document = subject.assurance, subject.document
    stopped = f" The search was {LIMITS[document.limit]}." if document.limit is not None else ""
    if not subject.evaluation.ok:
        sentence = "The plan breaks rules, so it cannot be compared with plans that keep them."
        return "not comparable", "the plan breaks rules", sentence
    if known.least is None or known.gap is None:
        sentence = f"How much cheaper another plan could be has not been proven.{stopped}"
        return "not known", "nothing is proven yet", sentence
    beside = f" {known.certified_beside}".rstrip()
    if known.is_least:
        sentence = f"{_begun(known)}: no plan that keeps these rules costs less.{beside}"
        return ("none" if known.is_proven else "not known"), f"{known.whose} to be the cheapest", sentence
    included = ", the price of departures included" if subject.departures is not None else ""
    room, share = pounds(known.priced - known.least), f"{percent(known.gap)} at most"
    sentence = (
        f"{_begun(known)}: no plan that keeps these rules costs less than {pounds(known.least)} a year{included}. "
        f"However long the search goes on, at most {room} a year ({percent(known.gap)}) can be saved"
        f"{'' if known.is_proven else ', if that is so'}.{beside}{stopped}"
    )
    if known.is_proven:
        return share, f"of the cost, {known.whose}", sentence
    return "not known", f"{share}, {known.whose}", sentence


def _begun(known: Assurance) -> str:
    """Whose word it is, to begin a sentence with."""
    return "Proven" if known.is_proven else f"Not proven, but {known.whose}"
