"""Where the instances of a suite come from: bundled ones, files, the generator, real areas, files of the literature.

A source is a table of the suite's TOML. It names its cases at once; an instance is made when it is asked for.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from benchmarks.p_median import MOST, p_median
from benchmarks.unions import Boards, union
from instances import Fault, InputError, Instance
from instances.generate import GenerateSpec, Kind, generate
from instances.literature import cpmp_name, read_cpmp, read_sscflp

SHARED = Path(__file__).resolve().parents[2] / "shared"
ENGLAND = SHARED / "data" / "england"
PUBLIC = SHARED / "data" / "public"
MAKE_AREA = SHARED / "tools" / "make_instance.py"

Names = Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Case:
    """An instance of a suite: its name, what it is compared within, and how it is made."""

    name: str
    family: str
    make: Callable[[], Instance]


def unusable(key: str, expected: str, value: str | None = None) -> InputError:
    """About a key of a source's table; the suite's reader adds which table of which file."""
    return InputError([Fault("", expected, column=key, value=value)])


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    label: str = Field(default="", description="added to names and family, to tell variants apart")
    settings: dict[str, Any] = Field(default_factory=dict, description='changed in each instance: {"hub.min" = 25000}')

    def _case(self, name: str, family: str, make: Callable[[], Instance]) -> Case:
        words = [self.label] if self.label else []
        return Case("-".join([name, *words]), " ".join([family, *words]), partial(self._changed, make))

    def _changed(self, make: Callable[[], Instance]) -> Instance:
        return make().with_settings(self.settings) if self.settings else make()


class BundledSource(_Source):
    """Instances that come with the package."""

    source: Literal["bundled"]
    names: Names

    def cases(self, folder: Path) -> Iterator[Case]:
        del folder
        data = Path(str(files("instances"))) / "data"
        for name in self.names:
            if not (data / name / "instance.toml").is_file():
                known = sorted(path.parent.name for path in data.glob("*/instance.toml"))
                raise unusable("names", f"one of {', '.join(known)}", value=name)
            yield self._case(name, "bundled", partial(Instance.read, data / name))


class FileSource(_Source):
    """Instance files or folders; paths are relative to the suite's file."""

    source: Literal["file"]
    paths: Names
    tables_anywhere: bool = Field(default=False, description="tables may lie outside the folder of their instance")

    def cases(self, folder: Path) -> Iterator[Case]:
        for path in ((folder / path).resolve() for path in self.paths):
            if not path.exists():
                raise unusable("paths", "an instance's file or folder", value=str(path))
            home = path.parent if path.name == "instance.toml" else path
            read = partial(Instance.read, path, tables_anywhere=self.tables_anywhere)
            yield self._case(home.stem if home.is_file() else home.name, "file", read)


class GeneratedSource(_Source):
    """Synthetic instances, one for each kind, size and seed."""

    source: Literal["generated"]
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] = ("mixed",)
    practices: Annotated[tuple[Annotated[int, Field(ge=12, le=9_999)], ...], Field(min_length=1)]
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)] = (1,)
    hubs_only: bool = Field(default=False, description="without care models: the hub tier alone")
    p_median: bool = Field(default=False, description="as capacitated p-median, as the literature has them")

    @model_validator(mode="after")
    def _is_one_variant(self) -> Self:
        if self.hubs_only and self.p_median:
            raise ValueError("hubs_only or p_median, not both")
        return self

    def cases(self, folder: Path) -> Iterator[Case]:
        del folder
        if self.p_median and max(self.practices) > MOST:
            expected = f"at most {MOST:,} with p_median: its table of distances has the square of it"
            raise unusable("practices", expected, value=f"{max(self.practices):,}")
        for kind, practices, seed in product(self.kinds, self.practices, self.seeds):
            make = partial(generate, GenerateSpec(kind=kind, practices=practices), seed)
            name = f"{kind}-{practices}-{seed}"
            if self.hubs_only:
                yield self._case(f"{name}-hubs", f"{kind} hubs", partial(hub_tier, make))
            elif self.p_median:
                yield self._case(f"{name}-p-median", f"{kind} p-median", partial(_p_median, make))
            else:
                yield self._case(name, kind, make)


def hub_tier(make: Callable[[], Instance]) -> Instance:
    """The same practices without care models."""
    instance = make()
    practices = tuple(practice.model_copy(update={"refuses": ()}) for practice in instance.practices)
    policy = instance.policy.model_copy(update={"coverage_min": 0.0})
    return instance.model_copy(update={"practices": practices, "care_model": (), "misfit": (), "policy": policy})


def _p_median(make: Callable[[], Instance]) -> Instance:
    return p_median(make())


class AreaSource(_Source):
    """Real areas of England, by parts of the names of integrated care boards."""

    source: Literal["area"]
    names: Names

    def cases(self, folder: Path) -> Iterator[Case]:
        del folder
        for place in (ENGLAND, MAKE_AREA):
            if not place.exists():
                raise unusable("source", f"the data of real areas, which are not here: no {place}")
        for name in self.names:
            yield self._case(name, "area", partial(_area, name))


def _area(name: str) -> Instance:
    """By the script that comes with the data."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([sys.executable, MAKE_AREA, name, folder], capture_output=True, text=True)
        if done.returncode != 0:
            last = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise InputError([Fault(MAKE_AREA.name, f"part of the name of an area ({last})", value=name)])
        return Instance.read(folder)


class UnionSource(_Source):
    """Neighbouring areas of England together, whole ones until there are as many practices as are asked for."""

    source: Literal["union"]
    practices: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    folder: str | None = Field(default=None, description="of the data; default that of the real areas")

    def cases(self, folder: Path) -> Iterator[Case]:
        data = ENGLAND.parent if self.folder is None else folder / self.folder
        try:
            boards = Boards.read(data)
            chosen = [boards.reaching(count) for count in self.practices]
        except InputError as error:
            fault = error.faults[0]
            raise unusable(fault.column or "source", fault.expected, value=fault.value or fault.file) from None
        for codes, count in chosen:
            name = f"england-{count}"
            yield self._case(name, "england", partial(union, data, codes, name))


class LiteratureSource(_Source):
    """Files of the literature; patterns are relative to `folder`, or to where the public files are."""

    source: Literal["literature"]
    format: Literal["cpmp", "sscflp"]
    family: str = Field(min_length=1, description="the set's name, as a table of best known objectives has it")
    files: Names
    folder: str | None = Field(default=None, description="relative to the suite's file")
    lower: float = Field(default=0.0, ge=0, description="cpmp: least load of every open median")
    floor: bool = Field(default=False, description="cpmp: distances rounded down to whole numbers")

    def cases(self, folder: Path) -> Iterator[Case]:
        home = PUBLIC if self.folder is None else folder / self.folder
        if not home.is_dir():
            raise unusable("folder", f"the files of the literature, which are not here: no {home}")
        for pattern in self.files:
            found = sorted((path for path in home.glob(pattern) if path.is_file()), key=_natural)
            if not found:
                raise unusable("files", f"files in {home}; none is so called", value=pattern)
            for path in found:
                yield self._of_file(path)

    def _of_file(self, path: Path) -> Case:
        if self.format == "sscflp":
            return self._case(path.stem, self.family, partial(_sscflp, path))
        name = cpmp_name(path, self.lower, floor=self.floor)
        return self._case(name, self.family, partial(_cpmp, path, self.lower, self.floor))


def _cpmp(path: Path, lower: float, floor: bool) -> Instance:
    return read_cpmp(path, lower=lower, floor=floor).instance


def _sscflp(path: Path) -> Instance:
    return read_sscflp(path).instance


def _natural(path: Path) -> list[tuple[int, str]]:
    """p9 before p11."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path.as_posix())]


Source = Annotated[
    BundledSource | FileSource | GeneratedSource | AreaSource | UnionSource | LiteratureSource,
    Field(discriminator="source"),
]
