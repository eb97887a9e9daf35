"""Invented names of places, practices and hospitals, and codes that no real organisation has.

Codes start with Z and two letters of their own, which codes of the Organisation Data Service do not.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from instances.generate.fields import Ints
from instances.generate.hospitals import Sites
from instances.values import HospitalKind


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STEMS = _words(
    """
    Alder Amber Arkle Ather Bex Birke Bram Brocken Calder Carle Chelver Corn Cran Dalder Dunne Elder Elm Fallow
    Fen Garth Glaze Harrow Haver Hazel Hether Hollin Keld Kettle Langer Lark Linder Maple Marl Mere Mickle Nether
    Oaken Orle Pender Pike Quarn Raven Rother Rushe Sedge Selder Stave Tarn Thorn Tolle Ulver Wend Whin Willer
    Yarne
    """
)
_ENDINGS = _words(
    """
    bourne bridge bury by combe cote dale den field ford ham hurst ley mere mouth stead thorpe ton wick worth
    """
)
_PREFIXES = ("Great", "Little", "Upper", "Lower", "North", "South", "East", "West")
_STREETS = _words(
    """
    Abbey Albion Beacon Castle Chapel Church Cross Crown Elm Ferry Forge Grange Hawthorn High Holly Ivy Kings Lime
    Manor Market Meadow Mill Millfield Oak Orchard Poplar Priory Queens Riverside Rowan School Spring Station
    Tower Union Victoria Vine Water Willow
    """
)
_QUARTERS = ("North", "South", "East", "West", "Central", "New", "Old")
_WAYS = ("Road", "Street", "Lane", "Park", "Green", "Hill", "Gate", "Square")
_PRACTICE_ENDINGS = ("Surgery", "Medical Centre", "Health Centre", "Medical Practice", "Family Practice", "Practice")
_HOSPITAL_ENDINGS: dict[HospitalKind, tuple[str, ...]] = {
    "acute": ("General Hospital", "Royal Infirmary", "District Hospital", "University Hospital"),
    "community": ("Community Hospital", "Cottage Hospital", "War Memorial Hospital"),
    "specialist": ("Orthopaedic Hospital", "Heart and Lung Hospital", "Children's Hospital"),
    "mental_health": ("Mental Health Unit", "Lodge Hospital", "Park Hospital"),
    "other": ("Clinic",),
}


def practice_codes(count: int) -> list[str]:
    return [f"ZP{n:04d}" for n in range(1, count + 1)]


def place_code(number: int) -> str:
    return f"ZL{number + 1:05d}"


def msoa_code(number: int) -> str:
    return f"ZM{number + 1:04d}"


def council_code(number: int) -> str:
    return f"ZC{number + 1:02d}"


def group_code(number: int) -> str:
    return f"ZG{number + 1:04d}"


def area_code(number: int) -> str:
    return f"ZA{number + 1:02d}"


def hospital_codes(count: int) -> list[str]:
    return [f"ZH{n:03d}" for n in range(1, count + 1)]


def trust_code(number: int) -> str:
    return f"ZT{number + 1:02d}"


def settlement_names(count: int, rng: np.random.Generator) -> list[str]:
    """Different names, `count` of them; plain ones first."""
    plain = [stem + ending for stem in _STEMS for ending in _ENDINGS if stem[-1] != ending[0]]
    names = [plain[i] for i in rng.permutation(len(plain))]
    more = [f"{prefix} {name}" for prefix in _PREFIXES for name in names]
    return (names + more)[:count]


def practice_names(settlement: Ints, places: list[str], rng: np.random.Generator) -> list[str]:
    """A village's practice is called after the village, a town's after its street."""
    few = np.bincount(settlement)[settlement] <= 2
    addresses = [f"{street} {way}" for street in _STREETS for way in _WAYS]
    address = rng.permutation(len(settlement)) % len(addresses)
    order = rng.permutation(len(addresses))
    endings = rng.integers(len(_PRACTICE_ENDINGS), size=len(settlement))
    names = []
    for i, place in enumerate(settlement):
        before = places[place] if few[i] else addresses[order[address[i]]]
        names.append(f"{before} {_PRACTICE_ENDINGS[endings[i]]}")
    return names


def hospital_names(sites: Sites, places: list[str]) -> list[str]:
    """The place and what it is; a second site of a kind in one place has another ending, a fourth a quarter."""
    seen: Counter[tuple[HospitalKind, int]] = Counter()
    names = []
    for kind, place in zip(sites.kind, sites.settlement.tolist(), strict=True):
        endings = _HOSPITAL_ENDINGS[kind]
        times, turn = divmod(seen[kind, place], len(endings))
        seen[kind, place] += 1
        ending = endings[(place + turn) % len(endings)]
        quarter = f"{_QUARTERS[(times - 1) % len(_QUARTERS)]} " if times else ""
        names.append(f"{quarter}{places[place]} {ending}")
    return names
