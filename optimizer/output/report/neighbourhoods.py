"""The section of the page on neighbourhoods: whether a hub's patients live together, and in which councils."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.analysis.neighbourhoods import HubPatch, Neighbourhoods, Residents, ZoneShare, residents_of
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import Cell, Row, Table, number, place, table
from optimizer.output.report.wording import count, percent

MOST_ZONES = 8  # of a kind named in a hub's fold-out


@dataclass(frozen=True)
class Fold:
    """What folds out of a hub: (what, figure) by line."""

    title: str
    network: str  # key of the page's filter
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class NeighbourhoodSection:
    summary: tuple[str, ...]
    table: Table
    folds: tuple[Fold, ...]


def neighbourhood_section(subject: Subject) -> NeighbourhoodSection | None:
    """None where the instance does not say where patients live."""
    residents = residents_of(subject.instance)
    if residents is None:
        return None
    found = residents.neighbourhoods(subject.evaluation.hubs)
    today = None if subject.today is None else residents.neighbourhoods(subject.today.hubs)
    return NeighbourhoodSection(
        tuple(_summary(residents, found, today)),
        _table(subject, residents, found),
        tuple(_fold(subject, patch) for patch in found.hubs),
    )


def _summary(residents: Residents, found: Neighbourhoods, today: Neighbourhoods | None) -> Iterator[str]:
    if found.containment is None:
        yield "No home of a patient is known."
        return
    before = "" if today is None or today.containment is None else f"; of today's groups {percent(today.containment)}"
    yield f"{percent(found.containment)} of patients live in the patch of their hub{before}."
    split = "" if today is None else f"; {today.split:,} today"
    yield f"Of {count(found.places, 'place')}, {found.split:,} are split between hubs{split}."
    if (kind := residents.zone_kind) is not None:
        split = "" if today is None else f"; {today.across(kind):,} of {count(len(today.hubs), 'group')} today"
        yield f"{found.across(kind):,} of {count(len(found.hubs), 'hub')} are in several zones ({kind}){split}."
    if found.unknown >= 1:
        yield f"The homes of {found.unknown:,.0f} patients are not known: they are in no share."


def _table(subject: Subject, residents: Residents, found: Neighbourhoods) -> Table:
    kind = residents.zone_kind
    rows = (
        Row(
            (
                place(subject, patch.hub),
                number(subject.hubs[patch.hub].patients),
                _share(patch.containment),
                _share(patch.of_residents),
                *([] if kind is None else [Cell("; ".join(zone.zone for zone in patch.zones[kind]))]),
            ),
            subject.filter_of(patch.hub),
        )
        for patch in found.hubs
    )
    columns = "Hub|#Patients|#Live in its patch|#Of the patch's residents"
    return table("neighbourhoods", columns + (f"|{_title(kind)}" if kind else ""), rows, order=(2, "asc"))


def _share(share: float | None) -> Cell:
    return Cell("-", -1.0) if share is None else Cell(percent(share), share)


def _fold(subject: Subject, patch: HubPatch) -> Fold:
    lines = [("Places of its patch", f"{patch.places:,}"), ("Residents of its patch", f"{patch.residents:,.0f}")]
    lines.append(("Patients who live in it", _of(patch.in_patch, patch.containment)))
    lines.append(("Of the patch's residents", "-" if patch.of_residents is None else percent(patch.of_residents)))
    lines += [(_title(kind), _named(zones)) for kind, zones in patch.zones.items()]
    if patch.unknown >= 1:
        lines.append(("Homes not known", f"{patch.unknown:,.0f} patients"))
    return Fold(subject.name(patch.hub), subject.filter_of(patch.hub), tuple(lines))


def _title(kind: str) -> str:
    """As the column is called that says which zone a place is in."""
    return kind[:1].upper() + kind[1:]


def _of(patients: float, share: float | None) -> str:
    return f"{patients:,.0f}" + ("" if share is None else f" ({percent(share)})")


def _named(zones: tuple[ZoneShare, ...]) -> str:
    said = ", ".join(f"{zone.zone} {percent(zone.share)}" for zone in zones[:MOST_ZONES])
    more = len(zones) - MOST_ZONES
    return (f"{said} and {more:,} more" if more > 0 else said) or "none known"
