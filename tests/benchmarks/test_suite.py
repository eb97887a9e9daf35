"""Suites: those that come with the package, and what is said of a file that is not one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from bench_support import grid, write_suite

from benchmarks import sources
from benchmarks.read_suite import SUITES, cases_of, read_suite, suite_file
from benchmarks.sources import ENGLAND, PUBLIC
from benchmarks.suite import Suite
from instances import InputError, Instance
from instances.literature import read_cpmp
from optimizer.solving.registry import solver_ids

BUNDLED = sorted(file.stem for file in SUITES.glob("*.toml"))
GENERATED = '[[instances]]\nsource = "generated"\n'


def said_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as refused:
        cases_of(read_suite(path), path)
    return [str(fault) for fault in refused.value.faults]


def test_the_package_has_its_suites() -> None:
    assert BUNDLED == ["areas", "growth", "literature", "proofs", "smoke", "synthetic"]
    for name in BUNDLED:
        suite = read_suite(suite_file(name))
        assert suite.name == name
        assert {backend.id for backend in suite.backends} <= set(solver_ids())


def test_synthetic_instances_are_what_they_say() -> None:
    suite = read_suite(suite_file("synthetic"))
    cases = {case.name: case for case in cases_of(suite, suite_file("synthetic"))}
    assert len(cases) == 7 * 3 * 4
    default, tight, hubs = (cases[f"mixed-50-2{variant}"].make() for variant in ("", "-tight", "-hubs"))
    assert len(default.practices) == len(cases["mixed-50-1"].make().practices) == 50
    assert default.practices != cases["mixed-50-1"].make().practices
    assert (tight.hub.min, tight.hub.max) == (25_000, 60_000)
    assert tight.practices == default.practices
    assert cases["mixed-50-2-tight"].family == "mixed tight"
    assert hubs.care_model == ()
    assert [practice.id for practice in hubs.practices] == [practice.id for practice in default.practices]
    assert Instance.model_validate(hubs.model_dump()) == hubs  # still consistent


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public instance files are not at {PUBLIC}")
def test_literature_has_every_set() -> None:
    path = suite_file("literature")
    cases = {case.name: case for case in cases_of(read_suite(path), path)}
    assert len(cases) == 68
    assert {case.family for case in cases.values()} == {
        "pmedcap", "sjc", "stefanello", "cpmp_two_sided", "holmberg", "yang_tb3"
    }  # fmt: skip
    two_sided = cases["lin318_005 (lower 3171)"]
    assert two_sided.family == "cpmp_two_sided"
    made = two_sided.make()
    assert (made.hub.min, made.hub.max, made.name) == (3171, 3710, two_sided.name)
    floored = cases["cpmp01 (floor)"]
    assert floored.make() == read_cpmp(PUBLIC / "pmedcap/cpmp01.txt", floor=True).instance
    assert list(cases).index("p9") < list(cases).index("p11")
    assert len(cases["p1"].make().practices) == 50


@pytest.mark.skipif(not ENGLAND.is_dir(), reason=f"the data of real areas are not at {ENGLAND}")
def test_areas_are_of_one_board_each() -> None:
    path = suite_file("areas")
    cases = {case.name: case for case in cases_of(read_suite(path), path)}
    assert len(cases) == 28
    sizes = {name: len(cases[name].make().practices) for name in ("Shropshire", "NHS Somerset", "NHS Gloucestershire")}
    assert sizes == {"Shropshire": 50, "NHS Somerset": 57, "NHS Gloucestershire": 63}


@pytest.mark.skipif(not (ENGLAND.is_dir() and PUBLIC.is_dir()), reason="the data of areas and literature are not here")
def test_proofs_are_of_instances_of_the_other_suites() -> None:
    """So that reports hold their claims against the plans of all suites."""

    def contents(suite: str, names: set[str]) -> dict[str, str]:
        cases = cases_of(read_suite(suite_file(suite)), suite_file(suite))
        return {case.name: case.make().sha256 for case in cases if case.name in names}

    path = suite_file("proofs")
    names = {case.name for case in cases_of(read_suite(path), path)}
    areas, literature, proofs = (contents(suite, names) for suite in ("areas", "literature", "proofs"))
    assert (len(areas), len(literature), len(proofs)) == (5, 6, 13)
    assert proofs == proofs | areas | literature


def test_areas_without_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "ENGLAND", tmp_path / "england")
    (said,) = said_of(suite_file("areas"))
    assert said == (
        f"areas.toml, instances 1, source: the data of real areas, which are not here: no {tmp_path / 'england'}"
    )


@pytest.mark.parametrize(
    ("instances", "settings", "expected"),
    [
        (GENERATED + "practices = [5]\n", {}, "instances 1, practices: found '5': greater than or equal to 12"),
        (GENERATED + "practises = [50]\n", {}, "instances 1, practises: no such key here; did you mean 'practices'?"),
        ('[[instances]]\nsource = "web"\n', {}, "instances 1, source: found 'web': one of bundled, file, generated"),
        ('[[instances]]\nnames = ["hamlet"]\n', {}, "instances 1, source: one of bundled, file, generated, area"),
        ('[[instances]]\nsource = "bundled"\nnames = ["x"]\n', {}, "instances 1, names: found 'x': one of birmingham,"),
        ('[[instances]]\nsource = "file"\npaths = ["x.toml"]\n', {}, "x.toml': an instance's file or folder"),
        (GENERATED + "practices = [14, 14]\n", {}, "instances 1: found 'mixed-14-1': another name"),
        ("", {"time_limit_s": 0}, "time_limit_s: found '0': greater than 0"),
        ("", {"time_limt_s": 5}, "time_limt_s: no such key here; did you mean 'time_limit_s'?"),
        ("", {"threads": []}, "threads: at least one entry"),
        ("", {"seeds": [-1]}, "seeds: found '-1': greater than or equal to 0"),
        ("", {"backends": ["higs"]}, "backends 1, id: found 'higs': one of auto"),
        ("", {"backends": ["highs", "highs"]}, "backends 2, id: each backend with the same options once"),
    ],
)
def test_faults_are_named(tmp_path: Path, instances: str, settings: dict[str, object], expected: str) -> None:
    path = write_suite(tmp_path / "mine.toml", instances=instances, **settings)
    said = said_of(path)
    assert len(said) == 1 + ("practises" in instances)  # the key that it should have been is missing
    assert said[-1].startswith("mine.toml, ")
    assert expected in said[-1]


def test_files_may_have_tables_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,patients,x_km,y_km\nA,5,0,0\n")
    (tmp_path / "north").mkdir()
    (tmp_path / "north/instance.toml").write_text('practices = "../p.csv"\n')
    source = '[[instances]]\nsource = "file"\npaths = ["north"]\ntables_anywhere = {}\n'
    path = write_suite(tmp_path / "mine.toml", instances=source.format("true"))
    (case,) = cases_of(read_suite(path), path)
    assert len(case.make().practices) == 1
    write_suite(path, instances=source.format("false"))
    (case,) = cases_of(read_suite(path), path)
    with pytest.raises(InputError, match="a file beside the instance"):
        case.make()


@pytest.mark.parametrize("text", [f"seeds = [{'9' * 4_400}]", f"{'a.' * 1_000}a = 1", "seeds = " + "[" * 2_000])
def test_unusual_toml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    (said,) = said_of(path)
    assert said.startswith("mine.toml: valid TOML (")


def test_options_of_a_backend(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nbackends = ["highs", {id = "highs", options = {rel_gap = 0.01, native = {presolve = "off"}}}]\n'
        'seeds = [1, 2]\n[[instances]]\nsource = "bundled"\nnames = ["hamlet"]\n'
    )
    runs = grid(path)
    assert [run.options for run in runs] == [{}, {"rel_gap": 0.01, "native": {"presolve": "off"}}] * 2
    assert len({run.key for run in runs}) == 4
    path.write_text(path.read_text().replace("rel_gap", "relgap"))
    assert said_of(path) == ["mine.toml, backends 2, options.relgap: no such key here; did you mean 'rel_gap'?"]


TWICE = 'name = "mine"\nbackends = ["auto", {id = "auto", options = {params = {search = {one = {a = 1}}}}}]\n'


def test_params_of_a_table_and_of_an_entry() -> None:
    tables = "[backend.auto.params.search]\none = {a = 2, b = 3}\ntwo = {c = 4}\n"
    suite = Suite.model_validate(tomllib.loads(f"{TWICE}{tables}{GENERATED}practices = [14]\n"))
    plain, tuned = (suite.options_of(backend).params for backend in suite.backends)
    assert plain == {"search": {"one": {"a": 2, "b": 3}, "two": {"c": 4}}}
    assert tuned == {"search": {"one": {"a": 1, "b": 3}, "two": {"c": 4}}}


def test_two_settings_of_one_backend_are_two_runs(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nbackends = ["search", {id = "search", options = {params = {fresh = {runs = 8}}}}]\n'
        "[backend.search.params.explore]\npatience = 30\n"
        '[[instances]]\nsource = "bundled"\nnames = ["hamlet"]\n'
    )
    one, other = grid(path)
    assert one.options == {"params": {"explore": {"patience": 30}}}
    assert other.options == {"params": {"explore": {"patience": 30}, "fresh": {"runs": 8}}}
    assert one.key != other.key


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ("", "backends 2, options.params: parameters that there are: auto cannot honour params: auto.search.one = "),
        ("[backend.auto.params]\nserach = {}\n", "backend.auto.params: parameters that there are: auto cannot honour "),
        ("[backend.highs.params]\na = 1\n", "backend.highs.params: nothing, as highs has no params"),
        ("[backend.serach.params]\na = 1\n", "backend.serach: found 'serach': one of auto"),
        ("[backend.search]\nparam = {}\n", "backend.search.param: no such key here; did you mean 'params'?"),
    ],
)
def test_params_that_there_are_not(tmp_path: Path, tables: str, expected: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"{TWICE}{tables}{GENERATED}practices = [14]\n")
    assert any(said.startswith(f"mine.toml, {expected}") for said in said_of(path))


def gridded(path: Path, backends: str) -> Path:
    path.write_text(f'name = "mine"\nbackends = [{backends}]\n[[instances]]\nsource = "bundled"\nnames = ["hamlet"]\n')
    return path


def test_a_grid_is_an_entry_for_every_combination(tmp_path: Path) -> None:
    grid_of = "{ rel_gap = [0.1, 0.2], native = { presolve = ['off', 'on'] } }"
    stated = f"'search', {{ id = 'highs', options = {{ native = {{ threads = 1 }} }}, grid = {grid_of} }}"
    options = [run.options for run in grid(gridded(tmp_path / "mine.toml", stated))]
    assert options == [
        {},
        {"rel_gap": 0.1, "native": {"threads": 1, "presolve": "off"}},
        {"rel_gap": 0.1, "native": {"threads": 1, "presolve": "on"}},
        {"rel_gap": 0.2, "native": {"threads": 1, "presolve": "off"}},
        {"rel_gap": 0.2, "native": {"threads": 1, "presolve": "on"}},
    ]


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("grid = { rel_gap = 0.1 }", "backends 2: grid.rel_gap: a list of at least one value for each option, not 0.1"),
        ("grid = { native = {} }", "backends 2: grid.native: a list of at least one value"),
        ("grid = { rel_gap = [0.1, -1.0] }", "backends 2: grid.rel_gap: Input should be greater than or equal to 0"),
        ("grid = { relgap = [0.1] }", "backends 2: grid.relgap: Extra inputs are not permitted"),
        ("grid = { rel_gap = [0.1, 0.1] }", "backends 2, id: each backend with the same options once"),
        ("grid = { params.fresh.rnus = [1, 2] }", "backends 2, options.params: parameters that there are: search "),
    ],
)
def test_faults_of_a_grid(tmp_path: Path, backend: str, expected: str) -> None:
    said = said_of(gridded(tmp_path / "mine.toml", f"'highs', {{ id = 'search', {backend} }}"))
    assert said[0].startswith(f"mine.toml, {expected}")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("time_limit_s = " + "9" * 4400, "mine.toml: valid TOML (numbers of a usual size)"),
        ("time_limit_s = 0x" + "f" * 4400, "mine.toml: valid TOML (numbers of a usual size)"),
        ("seeds = [1, " + "9" * 30 + "]", "mine.toml, seeds.1: whole numbers of at most 64 bits"),
        ("x = " + "[" * 5000 + "]" * 5000, "mine.toml: valid TOML (nested less deeply)"),
        (".".join("k" * 1000) + " = 1", "mine.toml: valid TOML (nested less deeply)"),
        (".".join("k" * 25) + " = 1", "mine.toml, " + ".".join("k" * 21) + ": tables and lists at most 20 deep"),
        ("\0", "mine.toml: text in UTF-8"),
    ],
)
def test_sizes_that_are_no_suite(tmp_path: Path, line: str, expected: str) -> None:
    path = gridded(tmp_path / "mine.toml", "'highs'")
    path.write_text(f"{line}\n{path.read_text()}")
    (said,) = said_of(path)
    assert said.startswith(expected)


def test_no_such_suite() -> None:
    with pytest.raises(InputError, match=r"found 'smok': a suite \(areas, .*\) or a file .*did you mean 'smoke'"):
        suite_file("smok")


def test_names_of_files(tmp_path: Path) -> None:
    instance = Instance.read(SUITES.parents[1] / "instances/data/hamlet")
    for file in ("north.v2/instance.toml", "south.json", "instance.toml"):
        instance.write(tmp_path / file)
    tables = '[[instances]]\nsource = "file"\npaths = ["north.v2", "south.json", "instance.toml"]\n'
    path = write_suite(tmp_path / "s.toml", instances=tables)
    cases = cases_of(read_suite(path), path)
    assert [case.name for case in cases] == ["north.v2", "south", tmp_path.name]
    assert all(case.make().practices == instance.practices for case in cases)
