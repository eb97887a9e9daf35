"""Files of scenarios: what they make, and one clear message for each thing that is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_support import tiny, write_scenarios

from instances import InputError
from optimizer.batch.read_scenarios import read_scenarios
from optimizer.batch.runs import Run, names_of, runs_of

BASE = '[[scenario]]\nid = "base"\n'


def runs(path: Path) -> list[Run]:
    return runs_of(read_scenarios(path), path)


def faults(path: Path) -> list[str]:
    with pytest.raises(InputError) as wrong:
        runs(path)
    return [str(fault) for fault in wrong.value.faults]


def test_instances_times_scenarios_times_seeds(tmp_path: Path) -> None:
    tiny(tmp_path, "other")
    more = 'start_from = "base"\nseeds = [2]\ntime_limit_s = 9\ngap = 0.1\nset = ["hub.max_km=12"]\n'
    text = f'{BASE}[[scenario]]\nid = "near"\n{more}'
    made = runs(write_scenarios(tmp_path, text, instances=["tiny.json", "other.json"], seeds=[1, 2], threads=1))
    assert [(run.place, run.scenario, run.seed) for run in made] == [
        (place, scenario, seed)
        for place in ("tiny.json", "other.json")
        for scenario, seed in (("base", 1), ("base", 2), ("near", 2))
    ]
    base, near = made[1], made[2]
    assert (base.options.time_limit, base.options.rel_gap, base.options.seed, base.settings) == (30, None, 2, ())
    assert (near.options.time_limit, near.options.rel_gap, near.solver) == (9, 0.1, "highs")
    assert near.settings == ("hub.max_km=12",)
    assert (base.instance.hub.max_km, near.instance.hub.max_km) == (15, 12)
    assert near.start is base
    assert len({run.key for run in made}) == 3  # the two instances are the same


def test_without_seeds_there_is_one_run(tmp_path: Path) -> None:
    assert [run.seed for run in runs(write_scenarios(tmp_path, BASE))] == [None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("time_limit_s = 30", "time_limit_s = 31"),
        ("seeds = [1]", "seeds = [2]"),
        ("max_km=12", "max_km=13"),
        ("solver = 'highs'", "solver = 'pulp:cbc'"),
        ("threads = 1", "gap = 0.1"),
    ],
)
def test_what_is_changed_is_another_run(before: str, after: str, tmp_path: Path) -> None:
    text = f'{BASE}set = ["hub.max_km=12"]\n[[scenario]]\nid = "next"\nset = ["hub.min=1"]\nstart_from = "base"\n'
    path = write_scenarios(tmp_path, text, seeds=[1], threads=1)
    old = runs(path)
    path.write_text(path.read_text().replace(before, after))
    new = runs(path)
    assert {run.key for run in old} & {run.key for run in new} == set()  # the one that starts from it, too


def test_names_and_ids_are_no_part_of_a_run(tmp_path: Path) -> None:
    path = write_scenarios(tmp_path, BASE)
    (old,) = runs(path)
    path.write_text(path.read_text().replace("base", "today"))
    (tmp_path / "tiny.json").rename(tmp_path / "renamed.json")
    path.write_text(path.read_text().replace("tiny", "renamed"))
    (new,) = runs(path)
    assert (new.key, new.scenario, new.place) == (old.key, "today", "renamed.json")


def test_a_new_version_of_the_package_makes_new_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_scenarios(tmp_path, BASE)
    (old,) = runs(path)
    monkeypatch.setattr("optimizer.batch.runs.version", lambda _: "99")
    assert runs(path)[0].key != old.key


def test_names_of_instances() -> None:
    places = ["kent", "south/essex/instance.toml", "north/essex", "./a.xlsx"]
    assert list(names_of(places).values()) == ["kent", "south/essex", "north/essex", "a.xlsx"]


def test_every_fault_is_named(tmp_path: Path) -> None:
    text = (
        'gaap = 1\n[[scenario]]\nid = "a b"\nset = "hub.min=1"\n[[scenario]]\nid = "c"\ntime_limit = 3\nseeds = [-1]\n'
    )
    path = write_scenarios(tmp_path, text, threads=0, time_limit_s="soon", instances=[])
    assert sorted(faults(path)) == [
        "scenarios.toml, gaap: no such key here; did you mean 'gap'?",
        "scenarios.toml, instances: a list of files or folders of instances, beside this file, with one entry or more",
        "scenarios.toml, scenario a b, id: found 'a b': letters, digits, dots, dashes and underscores, 60 at most",
        "scenarios.toml, scenario a b, set: found 'hub.min=1': a list of settings, such as \"hub.max_km=12\"",
        "scenarios.toml, scenario c, seeds: found '-1': a list of whole numbers, 0 or more",
        "scenarios.toml, scenario c, time_limit: no such key here; did you mean 'time_limit_s'?",
        "scenarios.toml, threads: found '0': a whole number of threads, 1 or more",
        "scenarios.toml, time_limit_s: found 'soon': a number of seconds of wall clock, above 0",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "scenario: this key, which has no default: tables [[scenario]], one or more"),
        ("scenario = 3", "scenario: found '3': tables [[scenario]], one or more"),
        ("[[scenario]]\n", "scenario 1, id: this key, which has no default: letters, digits"),
        (f"{BASE}{BASE}", "scenario, id: found 'base': an id that no other scenario has"),
        (f"{BASE}seeds = [1, 1]", "scenario base, seeds: found '1': each entry once"),
        (f'{BASE}solver = "hihgs"', "scenario base, solver: found 'hihgs': one of auto, columns,"),
        (f'{BASE}solver = "hihgs"', "; did you mean 'highs'?"),
        (f'{BASE}solver = "pulp:scip"\nthreads = 2', "scenario base, threads: nothing, or 1 of threads, as pulp:scip"),
        (f'{BASE}start_from = "bse"', "scenario base, start_from: found 'bse': one of base; did you mean 'base'?"),
        (f'{BASE}start_from = "base"', "scenario base, start_from: no circle: base from base"),
        (
            f'{BASE}start_from = "b"\n[[scenario]]\nid = "b"\nstart_from = "base"\n',
            "scenario base, start_from: no circle: base from b from base",
        ),
        (
            f'{BASE}seeds = [1]\n[[scenario]]\nid = "b"\nseeds = [1, 2]\nstart_from = "base"\n',
            "scenario b, start_from: found 'base': a scenario with seed 2 too",
        ),
        (
            f'{BASE}set = ["hub.max_kn=3", "x"]',
            "scenario base, set, hub.max_kn: not a known name; did you mean 'max_km'?",
        ),
        (f'{BASE}set = ["hub.max_kn=3", "x"]', "scenario base, set: found 'x': key=value"),
        (f'{BASE}instances = ["nowhere"]', "scenarios.toml, instances nowhere: "),
        ("[[scenario", "valid TOML"),
    ],
)
def test_what_is_wrong_with_it_is_said(text: str, told: str, tmp_path: Path) -> None:
    found = faults(write_scenarios(tmp_path, text))
    assert all(fault.startswith("scenarios.toml") for fault in found)
    assert any(told in fault for fault in found), found
