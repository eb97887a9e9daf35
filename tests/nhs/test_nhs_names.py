"""Names in title case, kinds of hospital from names and postcodes."""

from __future__ import annotations

import pandas as pd
import pytest

from instances.nhs.cells import district, postcodes, sector
from instances.nhs.hospital_kinds import guessed_kind, stated_kind
from instances.nhs.names import shown


@pytest.mark.parametrize(
    "name",
    [
        "Ulverston Medical Practice",
        "St Werburgh's Medical Practice",
        "Dr McLaren & Partners",
        "The Surgery (Dr O'Reilly)",
        "The Family Practice at the Old Station",
        "HMP Manchester",
        "J.K. Smith Surgery",
        "4PCC",
        "3D Medical Centre",
        "Maples Family Med. Pract.",
        "1/Salford Medical Practice",
        "Dr A Naeem & Partners",
        "Hill & Dale PCN",
        "North-East Lincs PCN",
        "Solent NHS Trust T/A Medina Healthcare",
        "King's Lynn Surgery",
    ],
)
def test_capitals(name: str) -> None:
    assert shown(name.upper()) == name
    assert shown(name) == name


def test_spaces_and_marks() -> None:
    assert shown("  MAPLES  MED.PRACT. ") == "Maples Med. Pract."
    assert shown("LODGE,HIGHFIELD & REDBOURN") == "Lodge, Highfield & Redbourn"
    assert shown("iPlato surgery") == "iPlato surgery"


@pytest.mark.parametrize(
    ("name", "provider", "code", "kind"),
    [
        ("Royal Bolton Hospital", "Bolton NHS Foundation Trust", "RMC", "acute"),
        ("Salford Royal", "Salford Royal NHS Foundation Trust", "RM3", "acute"),
        ("Royal Albert Edward Infirmary", "Wrightington, Wigan and Leigh NHS Foundation Trust", "RRF", "acute"),
        ("Wrightington Hospital", "Wrightington, Wigan and Leigh NHS Foundation Trust", "RRF", "specialist"),
        ("The Christie", "The Christie NHS Foundation Trust", "RBV", "specialist"),
        ("Bodmin Hospital - Cornwall Partnership NHS Foundation Trust", "Cornwall Partnership", "RJ8", "community"),
        ("Bromyard Community Hospital", "Wye Valley NHS Trust", "RLQ", "community"),
        ("Warminster Community Hospital", "Virgin Care Ltd", "NQT", "community"),
        ("Prestwich Hospital", "Greater Manchester Mental Health NHS Foundation Trust", "RXV", "mental_health"),
        ("Meadowbrook Mental Health Unit", "Bolton NHS Foundation Trust", "RMC", "mental_health"),
        ("Royal Infirmary Renal Unit", "Bolton NHS Foundation Trust", "RMC", "other"),
        ("Spire Manchester Hospital", "Spire Healthcare", "NT3", "other"),
    ],
)
def test_kinds_from_names(name: str, provider: str, code: str, kind: str) -> None:
    assert guessed_kind(name, provider, code) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("General acute hospital", "acute"),
        ("Specialist hospital (acute only)", "specialist"),
        ("specialist_acute", "specialist"),
        ("Community hospital (with inpatient beds)", "community"),
        ("Mental Health (including Specialist services)", "mental_health"),
        ("mental_health", "mental_health"),
        ("Mixed service hospital", None),
        ("Hospital", None),
        ("", None),
    ],
)
def test_stated_kinds(text: str, kind: str | None) -> None:
    assert stated_kind(text) == kind


def test_postcodes() -> None:
    assert list(postcodes(pd.Series(["la12  7bt", "M1 1AA", ""]))) == ["LA127BT", "M11AA", ""]
    assert (sector("LA127BT"), district("LA127BT")) == ("LA12 7", "LA12")
    assert (sector("M11AA"), district("M11AA")) == ("M1 1", "M1")
