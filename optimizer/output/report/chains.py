"""The table of chains of hospitals."""

from __future__ import annotations

from instances.chains import compared
from instances.rows import Hospital
from optimizer.output.report.subject import Subject
from optimizer.output.report.tables import Cell, Row, Table, number, place, table


def chains(subject: Subject) -> Table:
    """A row a hospital that is in a chain, with how unlike its lead it is; no part of the page's filter."""
    found = subject.evaluation.chains
    rows = (
        Row(
            (
                place(subject, chain.lead),
                place(subject, member),
                Cell(_kind_of(subject, member)),
                Cell("leads", -1) if member == chain.lead else number(float(chain.unlikeness.get(member, 0)), 2),
                *(_feature(subject, member, feature) for feature in compared_features(subject)),
            )
        )
        for chain in (found.chains if found is not None else ())
        for member in sorted(chain.members, key=lambda member: member != chain.lead)
    )
    columns = "Chain led from|Hospital|Kind|#Unlikeness to the lead"
    columns += "".join(f"|#{feature}" for feature in compared_features(subject))
    return table("chains", columns, rows)


def compared_features(subject: Subject) -> tuple[str, ...]:
    """The features of hospitals that are numbers and make chains."""
    chain = subject.instance.chain
    return () if chain is None else tuple(compared(chain))


def _kind_of(subject: Subject, place: str) -> str:
    hospital = subject.places.get(place)
    return hospital.kind.replace("_", " ") if isinstance(hospital, Hospital) else ""


def _feature(subject: Subject, place: str, feature: str) -> Cell:
    hospital = subject.places.get(place)
    value = hospital.features.get(feature) if isinstance(hospital, Hospital) else None
    return Cell("") if value is None else Cell(f"{value:,g}", value)
