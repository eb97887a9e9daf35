"""The figures by which an instance is compared with England: targets, tolerances and what was measured.

`python -m instances.generate.figures` prints the table of docs/generator.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from instances.generate.build import generate
from instances.generate.fields import Bools, Floats, nearest_others
from instances.generate.spec import GenerateSpec
from instances.instance import Instance

SAMPLE = GenerateSpec(kind="mixed", practices=2_000)
SEEDS = (1, 2, 3)
_EARTH_KM = 6371.0088


@dataclass(frozen=True)
class Target:
    """A published figure and how far the generated one may be from it."""

    figure: str
    value: float
    tolerance: float
    source: str


TARGETS = (
    Target("mean list", 10_400, 400, "NHS England, Apr 2026: 10,387"),
    Target("list P10", 3_600, 300, "NHS Digital 2012 scaled to 2026"),
    Target("list P90", 18_600, 900, "NHS Digital 2012 scaled to 2026"),
    Target("largest list", 65_000, 25_000, "BMJ Open Quality 2019: tail to 84,724"),
    Target("practices per group", 4.8, 0.4, "PCNs 2026"),
    Target("mean group", 50_000, 3_500, "BMA 2020: 48,020; 2026: about 50,000"),
    Target("groups in 30-50k, %", 58, 6, "BJGP 2020"),
    Target("groups below 30k, %", 7, 4, "BJGP 2020"),
    Target("groups of one practice, %", 3, 2, "BJGP 2020"),
    Target("groups of more than ten, %", 6, 2.5, "BJGP 2020"),
    Target("practices in no group, %", 1, 0.5, "BMA 2020: 99 % covered"),
    Target("deprivation mean", 24.5, 1, "BMJ Open 2015"),
    Target("deprivation P5", 8.2, 1.2, "BMJ Open 2015"),
    Target("deprivation P95", 46.1, 2.5, "BMJ Open 2015"),
    Target("patients per GP", 2_250, 80, "NHS England 2025: 4.43 per 10,000"),
    Target("patients per GP, deprived fifth", 2_450, 120, "RCGP 2024"),
    Target("patients per GP, affluent fifth", 2_130, 120, "RCGP 2024"),
    Target("practices in 1,000-3,300 per GP, %", 90, 5, "BMJ Open 2015: 5th to 95th centile"),
    Target("nurses per 10,000", 2.6, 0.2, "NHS England 2022/25"),
    Target("rural practices, %", 15, 1, "NHS payments 2022/23"),
    Target("nearest practice median, km", 1.0, 0.25, "South West England 2004"),
    Target("practices at a shared address, %", 13, 3, "practice postcodes 2026"),
    Target("nearest acute hospital median, km", 12, 3, "South West England 2004"),
    Target("refuse PACS, %", 20, 1, "assumption"),
)


def measure(instance: Instance) -> dict[str, float]:
    """The figures of `TARGETS`, of one instance with coordinates in degrees."""
    rows = instance.practices
    patients = np.array([p.patients for p in rows], np.float64)
    xyz = _on_sphere(np.array([[p.latitude or 0.0, p.longitude or 0.0] for p in rows]))
    acute = _on_sphere(
        np.array([[h.latitude or 0.0, h.longitude or 0.0] for h in instance.hospitals if h.kind == "acute"])
    )
    nearest = nearest_others(xyz)[0]
    return {
        "mean list": float(patients.mean()),
        "list P10": float(np.quantile(patients, 0.10)),
        "list P90": float(np.quantile(patients, 0.90)),
        "largest list": float(patients.max()),
        **_groups(instance, patients),
        **_deprivation_and_gps(instance, patients),
        "rural practices, %": _percent([bool(p.rural) for p in rows]),
        "nearest practice median, km": float(np.median(nearest)),
        "practices at a shared address, %": _percent(nearest < 0.001),
        "nearest acute hospital median, km": float(np.median(cKDTree(acute).query(xyz)[0])),
        "refuse PACS, %": _percent(["PACS" in p.refuses for p in rows]),
    }


def _on_sphere(degrees: Floats) -> Floats:
    latitude, longitude = np.radians(degrees).T
    unit = (np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude))
    return _EARTH_KM * np.column_stack(unit)


def _percent(flags: object) -> float:
    return 100.0 * float(np.mean(np.asarray(flags, np.float64)))


def _groups(instance: Instance, patients: Floats) -> dict[str, float]:
    ids = np.array([p.current_group or "" for p in instance.practices])
    number = np.unique(ids[ids != ""], return_inverse=True)[1]
    size, members = np.bincount(number, weights=patients[ids != ""]), np.bincount(number)
    return {
        "practices per group": float(members.mean()),
        "mean group": float(size.mean()),
        "groups in 30-50k, %": _percent((size >= 30_000) & (size <= 50_000)),
        "groups below 30k, %": _percent(size < 30_000),
        "groups of one practice, %": _percent(members == 1),
        "groups of more than ten, %": _percent(members > 10),
        "practices in no group, %": _percent(ids == ""),
    }


def _deprivation_and_gps(instance: Instance, patients: Floats) -> dict[str, float]:
    score = np.array([p.deprivation for p in instance.practices], np.float64)
    gps, nurses = (np.array([p.fte.get(role, np.nan) for p in instance.practices]) for role in ("gp", "nurse"))
    low, high = np.quantile(score, [0.2, 0.8])

    def per_gp(chosen: Bools) -> float:
        return float(patients[chosen].sum() / gps[chosen].sum())

    told, told_nurses = ~np.isnan(gps), ~np.isnan(nurses)
    ratio = patients[told] / gps[told]
    return {
        "deprivation mean": float(score.mean()),
        "deprivation P5": float(np.quantile(score, 0.05)),
        "deprivation P95": float(np.quantile(score, 0.95)),
        "patients per GP": per_gp(told),
        "patients per GP, deprived fifth": per_gp(told & (score >= high)),
        "patients per GP, affluent fifth": per_gp(told & (score <= low)),
        "practices in 1,000-3,300 per GP, %": _percent((ratio >= 1_000) & (ratio <= 3_300)),
        "nurses per 10,000": float(nurses[told_nurses].sum() / patients[told_nurses].sum() * 10_000),
    }


def main() -> None:
    """Print the table: a row per figure, a column per seed."""
    measured = [measure(generate(SAMPLE, seed)) for seed in SEEDS]
    print("| figure | target | within | " + " | ".join(f"seed {seed}" for seed in SEEDS) + " | source |")
    print("|---|---|---|" + "---|" * len(SEEDS) + "---|")
    for target in TARGETS:
        values = " | ".join(_shown(m[target.figure]) for m in measured)
        print(f"| {target.figure} | {target.value:,g} | ± {target.tolerance:,g} | {values} | {target.source} |")


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
