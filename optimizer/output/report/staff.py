"""The table of what each tier has of staff and lacks."""

from __future__ import annotations

from optimizer.analysis.staff import Staff, staffing
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import Cell, Row, Table, number, place, table


def staff(subject: Subject) -> Table:
    """What each tier has and lacks, role by role."""
    rows = (
        Row(
            (
                _staffed(subject, of),
                Cell(of.role),
                number(float(of.has), 1),
                number(float(of.needs), 1),
                number(float(of.lacks), 1),
                number(float(of.hires), 1),
                Cell("", -1.0) if of.market_left is None else number(float(of.market_left), 1),
            ),
            _filter(subject, of),
        )
        for of in staffing(subject.instance, subject.evaluation)
    )
    return table("staff", "Of|Role|#Has (FTE)|#Needs|#Lacks|#Hires|#Left to hire", rows)


def _filter(subject: Subject, of: Staff) -> str:
    if of.tier == "plan":
        return ""
    return subject.filter_of(of.subject) if of.tier == "hub" else of.subject


def _staffed(subject: Subject, of: Staff) -> Cell:
    if of.tier == "plan":
        return Cell("Whole plan", "~")
    return place(subject, of.subject) if of.tier == "hub" else Cell(subject.network_name(of.subject), style="name")
