"""A suite's name or file to a checked `Suite` and its cases; every fault named with file, key, value and what was
expected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from benchmarks import sources
from benchmarks.sources import Case
from benchmarks.suite import Backend, BackendOptions, BackendTable, Suite
from instances import Fault, InputError
from instances.files import read_text
from instances.parse import UnusualError, toml_values
from instances.wording import did_you_mean
from optimizer.model.backend import Capability, SolveOptions, Tunable, UnsupportedOption
from optimizer.solving.registry import load, solver_ids

BITS = 64  # of whole numbers, as TOML has them
BIG = f"whole numbers of at most {BITS} bits"
MOST_DEEP = 20
DEEP = f"tables and lists at most {MOST_DEEP} deep"
SUITES = Path(str(files("benchmarks"))) / "suites"

_SOURCES: dict[str, type[BaseModel]] = {
    "bundled": sources.BundledSource,
    "file": sources.FileSource,
    "generated": sources.GeneratedSource,
    "area": sources.AreaSource,
    "union": sources.UnionSource,
    "literature": sources.LiteratureSource,
}


def suite_file(name: str) -> Path:
    """The file of a suite that comes with the package, or the one that a path names."""
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        return path
    known = sorted(file.stem for file in SUITES.glob("*.toml"))
    if name not in known:
        expected = f"a suite ({', '.join(known)}) or a file whose name ends in .toml"
        raise InputError([Fault("suite", expected + did_you_mean(name, known), value=name)])
    return SUITES / f"{name}.toml"


def read_suite(path: Path) -> Suite:
    """The suite in a file, its backends' grids as entries of their own; raise `InputError` listing every fault."""
    text = read_text(path)
    try:
        data = toml_values(text)
    except (tomllib.TOMLDecodeError, UnusualError) as error:
        raise InputError([Fault(path.name, f"valid TOML ({error})")]) from None
    _check_sizes(path.name, data)
    suite = _validated(path.name, data)
    faults = [*_faulty_backends(path.name, suite), *_faulty_tables(path.name, suite)]
    if faults:
        raise InputError(faults)
    return suite.model_copy(update={"backends": tuple(entry for one in suite.backends for entry in one.entries())})


def _check_sizes(file: str, data: dict[str, Any]) -> None:
    """Raise `InputError` for numbers and depths with which nothing can be done, not even say them."""
    left: list[tuple[object, str, int]] = [(data, "", 0)]
    while left:
        value, key, depth = left.pop()
        if isinstance(value, int) and value.bit_length() >= BITS:
            raise InputError([Fault(file, BIG, column=key)])
        if depth > MOST_DEEP:
            raise InputError([Fault(file, DEEP, column=key[:60])])
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        left += [(inner, f"{key}.{name}".removeprefix("."), depth + 1) for name, inner in inside]


def changed(suite: Suite, **settings: object) -> Suite:
    """The suite with some keys in place of its own, None = its own; raise `InputError`."""
    stated = {key: value for key, value in settings.items() if value is not None and value != []}
    return _validated("the command's options", {**suite.model_dump(), **stated})


def _validated(file: str, data: dict[str, Any]) -> Suite:
    try:
        return Suite.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise InputError(_fault(file, detail) for detail in details if not _follows(detail, details)) from None


def cases_of(suite: Suite, path: Path) -> tuple[Case, ...]:
    """The cases of all sources, by the suite's `path`, to which theirs are relative; no two have the same name."""
    found: dict[str, Case] = {}
    faults: list[Fault] = []
    for number, source in enumerate(suite.instances, start=1):
        try:
            made = list(source.cases(path.parent))
        except InputError as error:
            faults += [
                replace(fault, file=path.name, column=f"instances {number}, {fault.column}") for fault in error.faults
            ]
            continue
        for case in made:
            if found.setdefault(case.name, case) is not case:
                expected = "another name than that of an instance before it; give it a label"
                faults.append(Fault(path.name, expected, column=f"instances {number}", value=case.name))
    if faults:
        raise InputError(faults)
    return tuple(found.values())


def _faulty_backends(file: str, suite: Suite) -> Iterator[Fault]:
    known = solver_ids()
    seen: list[tuple[str, BackendOptions]] = []
    for number, backend in ((n, entry) for n, one in enumerate(suite.backends, start=1) for entry in one.entries()):
        stated = (backend.id, suite.options_of(backend))
        if backend.id not in known:
            yield _unknown_backend(file, f"backends {number}, id", backend.id)
        elif stated in seen:
            yield Fault(file, "each backend with the same options once", column=f"backends {number}, id")
        else:
            yield from _faulty_params(file, f"backends {number}, options.params", backend.id, backend.options.params)
        seen.append(stated)


def _faulty_tables(file: str, suite: Suite) -> Iterator[Fault]:
    for backend_id, table in suite.backend.items():
        if backend_id in solver_ids():
            yield from _faulty_params(file, f"backend.{backend_id}.params", backend_id, table.params)
        else:
            yield _unknown_backend(file, f"backend.{backend_id}", backend_id)


def _unknown_backend(file: str, key: str, backend_id: str) -> Fault:
    known = solver_ids()
    return Fault(file, f"one of {', '.join(known)}{did_you_mean(backend_id, known)}", column=key, value=backend_id)


def _faulty_params(file: str, key: str, backend_id: str, params: dict[str, Any]) -> Iterator[Fault]:
    solver = load(backend_id)
    if params and Capability.PARAMS not in solver.info.capabilities:
        yield Fault(file, f"nothing, as {backend_id} has no params", column=key)
    elif isinstance(solver, Tunable):
        try:
            solver.parameters(SolveOptions(params={backend_id: params}))
        except UnsupportedOption as error:
            yield Fault(file, f"parameters that there are: {error}", column=key)


def _follows(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """A list is called too short as well where all of its entries are wrong."""
    place = detail["loc"]
    inner = (other["loc"] for other in details if other is not detail)
    return detail["type"] == "too_short" and any(loc[: len(place)] == place for loc in inner)


def _fault(file: str, detail: ErrorDetails) -> Fault:
    loc = [step for k, step in enumerate(detail["loc"]) if not (k == 2 and detail["loc"][0] == "instances")]
    value = None if isinstance(detail["input"], dict | list) else str(detail["input"])
    match detail["type"]:
        case "extra_forbidden":
            near = did_you_mean(str(loc[-1]), _model_at(detail["loc"][:-1]).model_fields)
            return Fault(file, f"no such key here{near}", column=_key(loc))
        case "missing":
            return Fault(file, "this key, which has no default", column=_key(loc))
        case "union_tag_not_found" | "union_tag_invalid":
            given = detail["input"].get("source") if isinstance(detail["input"], dict) else None
            found = None if given is None else str(given)
            return Fault(file, f"one of {', '.join(_SOURCES)}", column=_key([*loc, "source"]), value=found)
        case "too_short":
            return Fault(file, "at least one entry", column=_key(loc))
    return Fault(
        file,
        detail["msg"].removeprefix("Input should be ").removeprefix("Value error, "),
        column=_key(loc),
        value=value,
    )


def _key(loc: list[Any]) -> str:
    """("instances", 1, "practices", 0) as `instances 2, practices`: they are counted from 1, as a reader does."""
    if loc[0] in ("instances", "backends") and len(loc) > 1:
        inner = ".".join(str(step) for step in loc[2:] if isinstance(step, str))
        return f"{loc[0]} {int(loc[1]) + 1}" + (f", {inner}" if inner else "")
    return ".".join(str(step) for step in loc if isinstance(step, str))


def _model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    match loc:
        case ("backends", int()):
            return Backend
        case ("backends", int(), "options"):
            return BackendOptions
        case ("backend", str()):
            return BackendTable
        case ("instances", int(), str() as kind):
            return _SOURCES[kind]
    return Suite
