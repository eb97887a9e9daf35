"""Generated homes: everybody lives somewhere, near the practice, and nothing else changes for them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from instances import Instance
from instances.generate import GenerateSpec, Kind, generate
from instances.rows import HomesTable
from optimizer.analysis.check_homes import home_facts
from optimizer.cli import app

KINDS: tuple[Kind, ...] = get_args(Kind)


def homes_of(instance: Instance) -> HomesTable:
    assert instance.homes is not None
    return instance.homes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("practices", [12, 150])
def test_everybody_lives_somewhere(kind: Kind, practices: int) -> None:
    instance = generate(GenerateSpec(kind=kind, practices=practices, homes=True), seed=4)
    homes, lists = homes_of(instance), {practice.id: practice.patients for practice in instance.practices}
    living: Counter[str] = Counter()
    for practice, patients in zip(homes.practice, homes.patients, strict=True):
        living[practice] += patients
    assert living == lists
    assert 0 not in homes.patients
    nowhere = sum(n for who, at, n in zip(homes.practice, homes.place, homes.patients, strict=True) if who == at)
    assert nowhere == pytest.approx(0.0016 * sum(lists.values()), rel=0.05)


@pytest.mark.parametrize("kind", KINDS)
def test_homes_are_near_as_in_england(kind: Kind) -> None:
    """Boards of England have 1.2 to 2.5 km in a straight line; a region may be a little beyond."""
    instance = generate(GenerateSpec(kind=kind, practices=150, homes=True), seed=4)
    facts = home_facts(instance)
    assert facts is not None
    patients = {practice.id: practice.patients for practice in instance.practices}
    mean_km = sum(km * patients[who] for who, km in facts.mean_km.items()) / sum(patients.values())
    assert 1.0 < mean_km / instance.travel.circuity < 3.0
    assert len(facts.mean_km) == 150


def test_places_are_like_lsoas() -> None:
    instance = generate(GenerateSpec(kind="mixed", practices=150, homes=True), seed=4)
    people = [place.population or 0 for place in instance.places]
    assert 1_500 < sum(people) / len(people) < 1_800
    zones: dict[str, defaultdict[str, float]] = {"council": defaultdict(float), "msoa": defaultdict(float)}
    for place in instance.places:
        for kind, of in zones.items():
            of[place.zones[kind]] += place.population or 0
    assert all(100_000 < patients < 260_000 for patients in zones["council"].values())
    assert all(4_000 < patients < 13_000 for patients in zones["msoa"].values())
    codes = [place.id for place in instance.places] + [zone for of in zones.values() for zone in of]
    assert all(re.fullmatch(r"Z[LCM]\d+", code) for code in codes)
    assert {place.rural for place in instance.places} == {True, False}
    assert all(place.deprivation and place.deprivation > 0 for place in instance.places)


def test_all_else_is_as_without_homes() -> None:
    with_homes, without = (generate(GenerateSpec(practices=60, homes=homes), seed=9) for homes in (True, False))
    assert (without.homes, without.places) == (None, ())
    assert with_homes.model_copy(update={"homes": None, "places": ()}).sha256 == without.sha256


def test_the_same_seed_makes_the_same_homes() -> None:
    spec = GenerateSpec(practices=60, homes=True)
    assert generate(spec, 9).model_dump_json() == generate(spec, 9).model_dump_json()
    assert homes_of(generate(spec, 9)) != homes_of(generate(spec, 10))


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "made"
    made = CliRunner().invoke(app, ["generate", "--practices", "30", "--seed", "2", "--homes", "--out", str(out)])
    assert made.exit_code == 0, made.output
    read = Instance.read(out)
    assert read == generate(GenerateSpec(practices=30, homes=True), 2)
    said = CliRunner().invoke(app, ["check", str(out), "--set", "travel.basis=homes"])
    assert said.exit_code == 0, said.output
    assert "zones: 2 of council" in said.stdout
