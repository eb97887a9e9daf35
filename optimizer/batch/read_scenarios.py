"""A file of scenarios to checked `Scenarios`; every fault by file, key, value and what was expected."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from instances import Fault, InputError
from instances.files import read_text
from instances.parse import UnusualError, toml_values
from instances.wording import did_you_mean
from optimizer.batch.scenarios import Scenario, Scenarios
from optimizer.model.backend import Capability
from optimizer.solving.registry import load, solver_ids


def read_scenarios(path: Path) -> Scenarios:
    """Raise `InputError` listing every fault; instances and settings are not looked at yet."""
    if path.is_dir():
        raise InputError([Fault(str(path), "a TOML file of scenarios; this is a folder")])
    try:
        data = toml_values(read_text(path))
    except (tomllib.TOMLDecodeError, UnusualError) as error:
        raise InputError([Fault(path.name, f"valid TOML ({error})")]) from None
    try:
        scenarios = Scenarios.model_validate(data)
    except ValidationError as error:
        raise InputError(_fault(path.name, data, detail) for detail in error.errors(include_url=False)) from None
    faults = [*_twice(path.name, scenarios), *_solvers(path.name, scenarios), *_starts(path.name, scenarios)]
    if faults:
        raise InputError(faults)
    return scenarios


def key_of(scenario: Scenario, name: str) -> str:
    """How a message calls a key of a scenario."""
    return f"scenario {scenario.id}, {name}"


def _fault(file: str, data: dict[str, Any], detail: ErrorDetails) -> Fault:
    loc, value = detail["loc"], detail["input"]
    model: type[BaseModel] = Scenario if loc[0] == "scenario" and len(loc) > 2 else Scenarios
    name = str(loc[2] if model is Scenario else loc[0])
    key = _place(data, loc)
    match detail["type"]:
        case "extra_forbidden":
            return Fault(file, f"no such key here{did_you_mean(name, model.model_fields)}", column=key)
        case "missing":
            return Fault(file, f"this key, which has no default: {_expected(model, name)}", column=key)
    if isinstance(value, list | dict):
        return Fault(file, _expected(model, name) + ("" if value else ", with one entry or more"), column=key)
    return Fault(file, _expected(model, name), column=key, value=str(value))


def _expected(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].description or "another value"


def _place(data: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """("scenario", 1, "gap") as `scenario homes, gap`, or `scenario 2, gap` where it has no id."""
    if loc[0] != "scenario" or len(loc) < 2:
        return str(loc[0])
    number = int(loc[1])
    stated = data["scenario"][number]
    id_ = stated.get("id") if isinstance(stated, dict) else None
    called = f"scenario {id_ if isinstance(id_, str) and id_ else number + 1}"
    return called if len(loc) == 2 else f"{called}, {loc[2]}"


def _twice(file: str, scenarios: Scenarios) -> Iterator[Fault]:
    for id_, number in Counter(scenario.id for scenario in scenarios.scenario).items():
        if number > 1:
            yield Fault(file, "an id that no other scenario has", column="scenario, id", value=id_)
    for place, part in [("", scenarios), *((f"scenario {s.id}, ", s) for s in scenarios.scenario)]:
        for name in ("instances", "seeds"):
            for value, number in Counter(getattr(part, name)).items():
                if number > 1:
                    yield Fault(file, "each entry once", column=place + name, value=str(value))


def _solvers(file: str, scenarios: Scenarios) -> Iterator[Fault]:
    """Backends that there are not, and seeds for one that takes none."""
    known = solver_ids()
    wrong: set[str] = set()
    for scenario in scenarios.scenario:
        settings = scenarios.settings_of(scenario)
        own = "solver" in scenario.model_fields_set
        key = key_of(scenario, "solver") if own else "solver"
        if settings.solver not in known:
            if key not in wrong:
                expected = f"one of {', '.join(known)}{did_you_mean(settings.solver, known)}"
                yield Fault(file, expected, column=key, value=settings.solver)
            wrong.add(key)
            continue
        can = load(settings.solver).info.capabilities
        for name, stated, needed in (
            ("seeds", bool(settings.seeds), Capability.SEED),
            ("gap", settings.gap is not None, Capability.REL_GAP),
            ("memory_mb", settings.memory_mb is not None, Capability.MEMORY),
            ("time_limit_s", True, Capability.TIME_LIMIT),
            ("threads", settings.threads > 1, Capability.THREADS),
        ):
            if stated and needed not in can:
                expected = f"nothing, or 1 of threads, as {settings.solver} cannot honour it; or another solver"
                yield Fault(file, expected, column=key_of(scenario, name))


def _starts(file: str, scenarios: Scenarios) -> Iterator[Fault]:
    """Starts that there are not, for some instance or seed, or that go round in a circle."""
    by_id = {scenario.id: scenario for scenario in scenarios.scenario}
    for scenario in scenarios.scenario:
        start, key = scenario.start_from, key_of(scenario, "start_from")
        if start is None:
            continue
        if start not in by_id:
            expected = f"one of {', '.join(by_id)}{did_you_mean(start, by_id)}"
            yield Fault(file, expected, column=key, value=start)
            continue
        here, there = scenarios.settings_of(scenario), scenarios.settings_of(by_id[start])
        for what, mine, others in (("instance", here.instances, there.instances), ("seed", here.seeds, there.seeds)):
            if lacking := [str(each) for each in mine if each not in others]:
                yield Fault(file, f"a scenario with {what} {', '.join(lacking)} too", column=key, value=start)
        if here.seeds == [] and there.seeds:
            yield Fault(file, "a scenario without seeds, as this one is", column=key, value=start)
        seen = [scenario.id]
        while start in by_id and start not in seen:
            seen.append(start)
            start = by_id[start].start_from or ""
        if start == scenario.id:
            yield Fault(file, f"no circle: {' from '.join([*seen, start])}", column=key)
