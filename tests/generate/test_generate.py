"""What holds of every generated instance, whatever its kind and size."""

from __future__ import annotations

import math
import re
from typing import get_args

import pytest
from pydantic import ValidationError

from instances import Instance
from instances.generate import GenerateSpec, Kind, generate

KINDS: tuple[Kind, ...] = get_args(Kind)


def _km(a: object, b: object) -> float:
    """Straight line, good enough for neighbours."""
    lat_a, lon_a, lat_b, lon_b = (getattr(p, k) for p in (a, b) for k in ("latitude", "longitude"))
    return 111.2 * math.hypot(lat_a - lat_b, (lon_a - lon_b) * math.cos(math.radians((lat_a + lat_b) / 2)))


def _groups(instance: Instance) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for p in instance.practices:
        if p.current_group is not None:
            groups.setdefault(p.current_group, []).append(p.patients)
    return groups


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("practices", [12, 13, 47, 200])
def test_size_ids_and_references(kind: Kind, practices: int) -> None:
    instance = generate(GenerateSpec(kind=kind, practices=practices), seed=5)
    ids = [p.id for p in instance.practices] + [h.id for h in instance.hospitals]
    assert len(instance.practices) == practices
    assert len(set(ids)) == len(ids)
    assert {h.kind for h in instance.hospitals} >= {"acute", "community"}
    assert {h.area for h in instance.hospitals} <= {p.area for p in instance.practices}
    assert all(p.patients >= 1_000 and p.deprivation and p.deprivation > 0 for p in instance.practices)
    assert {m.id for m in instance.care_model} == {"MCP", "PACS", "CHN"}


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bytes_other_seed_other_instance(kind: Kind) -> None:
    spec = GenerateSpec(kind=kind, practices=60, name="one name")
    first, again, other = generate(spec, 9), generate(spec, 9), generate(spec, 10)
    assert first.model_dump_json() == again.model_dump_json()
    assert first.sha256 != other.sha256


def test_codes_cannot_be_mistaken_for_real_ones() -> None:
    """Real practices have a letter and five digits, networks U and five, sites the code of their trust first."""
    instance = generate(GenerateSpec(practices=300), seed=1)
    codes = [c for p in instance.practices for c in (p.id, p.current_group, p.area) if c]
    codes += [c for h in instance.hospitals for c in (h.id, h.trust) if c]
    assert all(re.fullmatch(r"Z[PGAHT]\d+", code) for code in codes)


def test_six_thousand_practices() -> None:
    instance = generate(GenerateSpec(kind="mixed", practices=6_000), seed=1)
    assert len(instance.practices) == 6_000


def test_real_difficulties_are_there() -> None:
    instance = generate(GenerateSpec(kind="mixed", practices=1_000), seed=2)
    sizes = [sum(group) for group in _groups(instance).values()]
    spots = [(p.latitude, p.longitude) for p in instance.practices]
    assert any(size < 20_000 for size in sizes)
    assert any(size > 70_000 for size in sizes)
    assert len(set(spots)) < len(spots), "practices at one address"
    assert any(p.current_group is None for p in instance.practices)
    assert any("gp" not in p.fte for p in instance.practices)
    assert any(_is_scattered(instance, group) for group in _groups(instance))


def _is_scattered(instance: Instance, group: str) -> bool:
    """No member's premises are within 15 road km of all members."""
    members = [p for p in instance.practices if p.current_group == group]
    return min(max(1.3 * _km(site, p) for p in members) for site in members) > 15


def test_groups_but_scattered_ones_stay_in_their_area() -> None:
    instance = generate(GenerateSpec(practices=600, scattered=0.0), seed=3)
    areas: dict[str, set[str | None]] = {}
    for p in instance.practices:
        if p.current_group:
            areas.setdefault(p.current_group, set()).add(p.area)
    assert all(len(of_group) == 1 for of_group in areas.values())


def test_city_cores_are_more_deprived() -> None:
    instance = generate(GenerateSpec(kind="city", practices=300, latitude=52.5, longitude=-1.5), seed=4)
    centre = instance.practices[0].model_copy(update={"latitude": 52.5, "longitude": -1.5})
    ranked = sorted(instance.practices, key=lambda p: _km(p, centre))
    inner, outer = (sum(p.deprivation or 0 for p in part) / 100 for part in (ranked[:100], ranked[-100:]))
    assert inner > outer + 5


def test_settings_are_written_out_for_a_planner_to_edit() -> None:
    stated = generate(GenerateSpec(practices=12), seed=1).model_dump(exclude_unset=True)
    assert {"min", "min_rural", "target_min", "target_max", "max", "max_km", "running_cost"} <= set(stated["hub"])
    assert [role["id"] for role in stated["role"]] == ["gp", "nurse"]
    assert "min_per_10k" not in stated["role"][1]
    assert all({"lead", "min", "max", "running_cost", "misfit_deprived"} <= set(m) for m in stated["care_model"])
    assert stated["policy"]["coverage_min"] == 0.5


@pytest.mark.parametrize(
    "wrong",
    [{"practices": 11}, {"practices": 10_000}, {"kind": "island"}, {"refuse_pacs": 1.2}, {"latitude": 0}, {"size": 3}],
)
def test_a_spec_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        GenerateSpec.model_validate(wrong)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed -1"):
        generate(GenerateSpec(practices=12), seed=-1)
