"""Changed settings: values as in TOML, bare words, dicts; every mistake named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from instance_folder import write_folder

import instances
from instances import InputError, Instance
from instances.assumptions import assumptions

DATA = Path(instances.__file__).parent / "data"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return Instance.read(write_folder(tmp_path_factory.mktemp("small")))


def _at(instance: Instance, *steps: str | int) -> Any:
    value: Any = instance
    for step in steps:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("hub.min=1500", ("hub", "min"), 1500),
        ("hub.max_km = 20", ("hub", "max_km"), 20.0),
        ("hub.count_max=9", ("hub", "count_max"), 9),
        ("care_model.MCP.max_km=20", ("care_model", 0, "max_km"), 20.0),
        ("care_model.MCP.lead=acute", ("care_model", 0, "lead"), "acute"),
        ('care_model.MCP.lead="acute"', ("care_model", 0, "lead"), "acute"),
        ("role.gp.min_per_10k=3.2", ("role", 0, "min_per_10k"), 3.2),
        ("role.gp.min_per_10k=none", ("role", 0, "min_per_10k"), None),
        ('policy.keep_apart=[["A","C"]]', ("policy", "keep_apart"), (("A", "C"),)),
        ("policy.keep_together=[]", ("policy", "keep_together"), ()),
        ("policy.consent=false", ("policy", "consent"), False),
        ("policy.respect_areas=false", ("policy", "respect_areas"), False),
        ("policy.must_open=A", ("policy", "must_open"), ("A",)),
        ("policy.must_open=A;B", ("policy", "must_open"), ("A", "B")),
        ('policy.fixed_hub={A="B"}', ("policy", "fixed_hub"), {"A": "B"}),
        ("policy.fixed_hub.A=B", ("policy", "fixed_hub"), {"A": "B"}),
        ('policy.barred_hub.A=["C"]', ("policy", "barred_hub"), {"A": ("C",)}),
        ("hub.hospital_sites=community", ("hub", "hospital_sites"), ("community",)),
        ("name=2024-01-01", ("name",), "2024-01-01"),
        ("name=none", ("name",), "none"),
        ("horizon_years=10", ("horizon_years",), 10.0),
    ],
)
def test_strings(small: Instance, setting: str, path: tuple[str | int, ...], value: Any) -> None:
    assert _at(small.with_settings([setting]), *path) == value


@pytest.mark.parametrize(("word", "value"), [("hubs", "hubs"), ("networks", "networks"), ("true", True)])
def test_areas_to_respect(tmp_path: Path, word: str, value: object) -> None:
    practices = "id,name,patients,x_km,y_km,area\nA,,1000,0,0,East\nB,,2000,0,1,West\n"
    instance = Instance.read(write_folder(tmp_path, practices=practices, hospitals=None, instance='name = "two"\n'))
    assert instance.with_settings([f"policy.respect_areas={word}"]).policy.respect_areas == value


def test_dicts_dotted_and_nested(small: Instance) -> None:
    changed = small.with_settings({"hub.min": 1500, "policy": {"fixed_hub": {"A": "B"}, "consent": False}})
    assert (changed.hub.min, changed.policy.fixed_hub, changed.policy.consent) == (1500, {"A": "B"}, False)
    assert small.hub.min == 1000


def test_settings_together_are_judged_together(small: Instance) -> None:
    changed = small.with_settings(["hub.min=9000", "hub.max=10000"])
    assert (changed.hub.min, changed.hub.max) == (9000, 10000)


def test_published_figures_stay_under_a_changed_one(small: Instance) -> None:
    changed = small.with_settings(["care_model.PACS.setup_cost=1"]).care_model[1]
    assert (changed.setup_cost, changed.min, changed.max_km) == (1.0, 250_000, 50.0)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("hub.mni=3", "hub.mni: not a known name; did you mean 'min'?"),
        ("hubs.min=3", "hubs: not a known name; did you mean 'hub'?"),
        ("hub.min=many", "hub.min: found 'many': a whole number of patients, 0 or more"),
        ("hub.min=none", "hub.min: found 'none': a whole number of patients, 0 or more"),
        ("hub.min=", "hub.min: found '': a whole number of patients, 0 or more"),
        ("hub.min=9000", "hub.min: found '9000': at most max, which is 4,000"),
        ("hub.min.x=3", "hub.min: found \"{'x': 3}\": a whole number of patients, 0 or more"),
        ("hub=3", "hub: one of its settings, such as hub.min"),
        ("hub.min", ": found 'hub.min': key=value, such as hub.min=25000"),
        ("=3", ": found '=3': key=value, such as hub.min=25000"),
        (
            "care_model.MPC.max_km=3",
            "care_model.MPC.max_km: care_model.ID.name, where ID is one of MCP, PACS; did you mean 'MCP'?",
        ),
        ("care_model=3", "care_model: care_model.ID.name, where ID is one of MCP, PACS"),
        ("care_model.MCP.id=X", "care_model.MCP.id: one setting of it, other than id"),
        ("care_model.MCP.mx_km=3", "care_model.MCP.mx_km: not a known name; did you mean 'max_km'?"),
        (
            "role.gp.min_per_10k=-1",
            "role.gp.min_per_10k: found '-1': a number of FTE per 10,000 patients in every hub, 0 or more",
        ),
        ("practices=x", "practices: a setting; tables are changed in their files"),
        ("travel.table=x", "travel.table: a setting; tables are changed in their files"),
        (
            'policy.keep_apart=[["A","B"]]',
            "policy.keep_apart[0]: found 'A; B': practices that keep_together does not put in one hub",
        ),
        (f"hub.min={'9' * 4_400}", "hub.min: a value as in TOML (numbers of a usual size)"),
        (f"hub.min=0x{'f' * 4_400}", "hub.min: a value as in TOML (numbers of a usual size)"),
        (f"hub.max_km={'[' * 3_000}", "hub.max_km: a value as in TOML (nested less deeply)"),
        (f"hub{'.a' * 500}=1", f"hub{'.a' * 47}...: a key such as hub.min"),
        ('policy.must_open=["Z"]', "policy.must_open[0]: found 'Z': the id of a practice or hospital"),
    ],
)  # fmt: skip
def test_mistakes(small: Instance, setting: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        small.with_settings([setting])
    assert str(raised.value) == f"settings{message}" if message.startswith(":") else f"settings, {message}"


def test_all_mistakes_at_once(small: Instance) -> None:
    with pytest.raises(InputError) as raised:
        small.with_settings(["hub.mni=3", "hub.min", "role.gpp.cost_per_fte=3", "hub.max_km=far", "policy.must_open=Z"])
    assert len(raised.value.faults) == 5


def test_assumptions_are_what_nobody_stated(small: Instance) -> None:
    found = {a.key: a for a in assumptions(small)}
    assert "hub.min" not in found
    assert found["hub.min_rural"].value == 5000
    assert found["care_model.MCP.max_km"].value == 30.0
    assert "care_model.PACS.max_km" not in found
    assert found["care_model.PACS.min"].value == 250_000
    assert found["role.gp.cost_per_fte"].value == 105_882.0
    assert found["policy.coverage_min"].value == 0.5
    assert found["horizon_years"].value == 5.0
    assert "hub.count_max" not in found
    assert "assumption" in found["hub.min_rural"].description
    assert all(a.description or a.key == "policy.allow_independent" for a in found.values())


def test_repeating_a_default_does_not_make_it_known(small: Instance) -> None:
    assert "hub.min_rural" in {a.key for a in assumptions(small.with_settings(["hub.min_rural=5000"]))}
    assert "hub.min_rural" not in {a.key for a in assumptions(small.with_settings(["hub.min_rural=5001"]))}
    pacs = small.with_settings(["care_model.PACS.min=250000", "hub.host_is_member=true"])
    assert "care_model.PACS.min" in {a.key for a in assumptions(pacs)}
    assert "hub.host_is_member" not in {a.key for a in assumptions(pacs)}  # a choice without a figure


def test_assumptions_survive_every_format(small: Instance, tmp_path: Path) -> None:
    for name in ("instance.toml", "plain.json", "book.xlsx"):
        small.write(tmp_path / name)
        assert assumptions(Instance.read(tmp_path / name)) == assumptions(small)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("policy.fixed_hub.ZP02={0}", "found '{0}': the id of a practice or hospital; did you mean 'ZP01' ({0})?"),
        ("policy.fixed_hub.{0}=ZP01", "found '{0}': the id of a practice; did you mean 'ZP01' ({0})?"),
        ("policy.barred_hub.ZP02={0}", "did you mean 'ZP01' ({0})?"),
        ("policy.must_open={0}", "did you mean 'ZP01' ({0})?"),
        ('policy.keep_apart=[["ZP02", "{0}"]]', "the id of a practice; did you mean 'ZP01' ({0})?"),
        ('policy.keep_together=[["ZP02", "{0}"]]', "the id of a practice; did you mean 'ZP01' ({0})?"),
        ("policy.fixed_network.ZP02=MCP:{0}", "the id of a practice or hospital; did you mean 'ZP01' ({0})?"),
        ("policy.must_open=zp01", "did you mean 'ZP01'?"),
    ],
)
def test_a_lock_that_has_a_name_is_told_the_id(setting: str, message: str) -> None:
    hamlet = Instance.read(DATA / "hamlet")
    name = hamlet.practices[0].name
    for typed in (name, name.upper(), f"  {name.lower()}"):
        with pytest.raises(InputError) as raised:
            hamlet.with_settings([setting.format(typed)])
        assert "did you mean" + message.format(name).partition("did you mean")[2] in str(raised.value)


def test_a_name_that_several_have_tells_them_all() -> None:
    hamlet = Instance.read(DATA / "hamlet")
    twins = hamlet.model_dump(exclude_unset=True)
    for practice in twins["practices"][:2]:
        practice["name"] = "The Surgery"
    with pytest.raises(InputError, match=r"'ZP01' \(The Surgery\) or 'ZP02' \(The Surgery\)\?"):
        Instance.model_validate(twins).with_settings(["policy.must_open=the surgery"])
