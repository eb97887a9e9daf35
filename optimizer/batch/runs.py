"""The runs of a file of scenarios: each is known by what is in it, so that a change of anything makes another run."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from instances import Fault, InputError, Instance
from instances.read import DEFAULT_FILE
from optimizer.batch.read_scenarios import key_of
from optimizer.batch.scenarios import Scenario, Scenarios, Shared
from optimizer.model.backend import SolveOptions

_KEY_SHOWN = 12  # hex digits in a folder's name


@dataclass(frozen=True)
class Run:
    """One solve with everything that it takes to make it anywhere."""

    place: str  # the instance, as the file calls it
    scenario: str
    seed: int | None  # None: the backend's own
    instance: Instance = field(repr=False)
    instance_hash: str
    instance_file: Path
    settings: tuple[str, ...]
    solver: str
    options: SolveOptions
    start: Run | None = None  # whose plan it begins from
    version: str = field(default_factory=lambda: version("caregroup"))

    @cached_property
    def key(self) -> str:
        """sha256, hex, of instance, settings, solver, options, start and version of the package."""
        content = {
            "instance": self.instance_hash,
            "settings": self.settings,
            "solver": self.solver,
            "options": self.options.model_dump(mode="json", exclude_defaults=True),
            "start": None if self.start is None else self.start.key,
            "version": self.version,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @property
    def folder(self) -> str:
        """Its name: what it is for people, then the beginning of the key."""
        seed = [] if self.seed is None else [str(self.seed)]
        words = [re.sub(r"[^\w.-]+", "-", self.place).strip("-.")[-60:], self.scenario, *seed]
        return "-".join([*filter(None, words), self.key[:_KEY_SHOWN]])

    @property
    def words(self) -> str:
        """For a line on the screen."""
        return f"{self.place}  {self.scenario}" + ("" if self.seed is None else f"  seed {self.seed}")


def runs_of(scenarios: Scenarios, path: Path, *, tables_anywhere: bool = False) -> list[Run]:
    """By instance, then scenario, then seed; raise `InputError` for instances and settings that cannot be used.

    `path` is of the file of scenarios, to which its instances are relative.
    """
    stated = [(scenario, scenarios.settings_of(scenario)) for scenario in scenarios.scenario]
    places = dict.fromkeys(place for _, settings in stated for place in settings.instances)
    names = names_of(places)
    twice = [place for place in places if list(names.values()).count(names[place]) > 1]
    if twice:
        raise InputError([Fault(path.name, "each instance once", column="instances", value=place) for place in twice])
    given = _read(path, list(places), tables_anywhere=tables_anywhere)
    found: dict[tuple[str, str, int | None], Run] = {}
    faults: list[Fault] = []
    for place in places:
        ordered = [(s, settings) for s, settings in _starts_first(stated) if place in settings.instances]
        for scenario, settings in ordered:
            try:
                instance = given[place].with_settings(scenario.set) if scenario.set else given[place]
            except InputError as error:
                faults += [_of_set(path.name, scenario, fault) for fault in error.faults]
                continue
            digest = instance.sha256
            seeds: list[int | None] = [*settings.seeds] or [None]
            for seed in seeds:
                found[place, scenario.id, seed] = Run(
                    place=names[place],
                    scenario=scenario.id,
                    seed=seed,
                    instance=instance,
                    instance_hash=digest,
                    instance_file=path.parent / place,
                    settings=tuple(scenario.set),
                    solver=settings.solver,
                    options=_options(settings, seed),
                    start=found.get((place, scenario.start_from or "", seed)),
                )
    if faults:
        raise InputError(dict.fromkeys(faults))
    order = [scenario.id for scenario in scenarios.scenario]
    named = list(names.values())
    return sorted(found.values(), key=lambda run: (named.index(run.place), order.index(run.scenario)))


def names_of(places: Iterable[str]) -> dict[str, str]:
    """Instances as tables call them: `essex` for `south/essex/instance.toml`, or `south/essex` beside another."""
    parts = {place: [part for part in Path(place).parts if part != DEFAULT_FILE] or [place] for place in places}
    last = Counter(part[-1] for part in parts.values())
    return {place: part[-1] if last[part[-1]] == 1 else "/".join(part) for place, part in parts.items()}


def _read(path: Path, places: list[str], *, tables_anywhere: bool) -> Mapping[str, Instance]:
    given: dict[str, Instance] = {}
    faults: list[Fault] = []
    for place in places:
        try:
            given[place] = Instance.read(path.parent / place, tables_anywhere=tables_anywhere)
        except InputError as error:
            where = f"{path.name}, instances {place}: "
            faults += [Fault(where + f.file, f.expected, f.row, f.column, f.value) for f in error.faults]
    if faults:
        raise InputError(faults)
    return given


def _of_set(file: str, scenario: Scenario, fault: Fault) -> Fault:
    key = key_of(scenario, "set") + ("" if fault.column is None else f", {fault.column}")
    return Fault(file, fault.expected, column=key, value=fault.value)


def _starts_first(stated: list[tuple[Scenario, Shared]]) -> list[tuple[Scenario, Shared]]:
    """Each scenario after the one that it starts from; there are no circles."""
    by_id = {scenario.id: scenario for scenario, _ in stated}

    def depth(scenario: Scenario) -> int:
        return 0 if scenario.start_from is None else 1 + depth(by_id[scenario.start_from])

    return sorted(stated, key=lambda pair: depth(pair[0]))


def _options(settings: Shared, seed: int | None) -> SolveOptions:
    return SolveOptions(
        time_limit=settings.time_limit_s,
        rel_gap=settings.gap,
        threads=settings.threads,
        seed=seed,
        memory_mb=settings.memory_mb,
    )
