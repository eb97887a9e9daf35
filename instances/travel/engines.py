"""Routing engines inside this process, over the graph of an extract: OSRM (MLD, car) or Valhalla (auto)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from instances.travel import answers
from instances.travel.blocks import Engine, Table
from instances.travel.errors import TravelError
from instances.travel.extracts import boxes, refuse_elsewhere
from instances.travel.graphs import graph, run_tool
from instances.travel.points import BoolArray, Points
from instances.travel.web import EXTRA

OSRM, VALHALLA = "osrm", "valhalla"
PACKAGES = {OSRM: "osrm-bindings", VALHALLA: "pyvalhalla"}  # by module, the faster first
_ROADS = "roads.osrm"
_FIRST_PYTHON = (3, 12)  # with wheels of both


def installed_engine(wanted: str | None) -> str:
    """The engine that is asked for, or else the first that is installed; raises `TravelError` if it is not."""
    found = [name for name, package in PACKAGES.items() if _is_installed(package)]
    if wanted in found or (wanted is None and found):
        return wanted or found[0]
    what = PACKAGES[wanted] if wanted else " or ".join(PACKAGES.values())
    here = ".".join(map(str, sys.version_info[:2]))
    needs = "" if sys.version_info >= _FIRST_PYTHON else f" with Python 3.12 or later (this is {here})"
    raise TravelError(
        f"Roads of an extract take {what}, which is not installed: {EXTRA}{needs}; "
        "without it: --server, --matrix, or --adjacency"
    )


def _is_installed(package: str) -> bool:
    """By the package: other ones bring a module of the same name."""
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


def engine_of(extracts: Sequence[Path], wanted: str | None, points: Points, told: Callable[[str], None]) -> Engine:
    """An engine over the extracts. Raises `InputError` where the points lie elsewhere, `TravelError` where it fails."""
    name = installed_engine(wanted)
    refuse_elsewhere(extracts, boxes(extracts), points)
    build, start = (_build_osrm, Osrm) if name == OSRM else (_build_valhalla, Valhalla)
    folder = graph(extracts, PACKAGES[name], build, told)
    try:
        engine: Engine = start(folder)
    except (RuntimeError, OSError) as error:
        raise TravelError(f"{name}: {error}; remove the folder of its graph to have it made again: {folder}") from None
    return engine


@dataclass
class Osrm:
    """OSRM over the graph in `folder`."""

    folder: Path
    name: ClassVar[str] = "OSRM"
    most: ClassVar[int] = 200  # points a side: 0.1 s a table

    def __post_init__(self) -> None:
        import osrm

        self._osrm: Any = osrm
        self._engine: Any = osrm.OSRM(
            algorithm="MLD",
            storage_config=str(self.folder / _ROADS),
            use_shared_memory=False,
            max_locations_distance_table=-1,
        )

    def on_road(self, points: Points) -> BoolArray:
        """[n]: from one of them to all, which tells how far each was moved."""
        return answers.osrm_on_road(self._asked(points.take(np.zeros(1, np.int64)), points), len(points))

    def table(self, origins: Points, destinations: Points) -> Table:
        """km and minutes."""
        return answers.osrm_table(self._asked(origins, destinations), (len(origins), len(destinations)))

    def _asked(self, origins: Points, destinations: Points) -> Any:
        n = len(origins)
        parameters = self._osrm.TableParameters(
            coordinates=[
                pair
                for part in (origins, destinations)
                for pair in zip(part.longitude.tolist(), part.latitude.tolist(), strict=True)
            ],
            sources=list(range(n)),
            destinations=list(range(n, n + len(destinations))),
            annotations=["duration", "distance"],
        )
        try:
            return self._engine.Table(parameters)
        except RuntimeError as error:
            raise TravelError(f"OSRM: {error}") from None


def _build_osrm(extract: Path, folder: Path) -> None:
    """The preparation of osrm-backend for MLD, by the tools of the package."""
    package = _folder_of(OSRM)
    tools = package / "bin"
    profile = package / "share/profiles/car.lua"
    run_tool(_tool(tools, "osrm-extract"), "-p", profile, "-o", folder / _ROADS, extract)
    run_tool(_tool(tools, "osrm-partition"), folder / _ROADS)
    run_tool(_tool(tools, "osrm-customize"), folder / _ROADS)


@dataclass
class Valhalla:
    """Valhalla over the tiles in `folder`."""

    folder: Path
    name: ClassVar[str] = "Valhalla"
    most: ClassVar[int] = 50  # points a side: its time grows with their product

    def __post_init__(self) -> None:
        import valhalla

        config = _valhalla_config(self.folder)
        config["loki"]["use_connectivity"] = False  # else one place that is cut off refuses a whole table
        for costing in ("max_locations", "max_matrix_location_pairs", "max_matrix_distance"):
            config["service_limits"]["auto"][costing] = 1_000_000_000
        self._error: type[Exception] = valhalla.ValhallaError
        self._actor: Any = valhalla.Actor(config)

    def on_road(self, points: Points) -> BoolArray:
        """[n]."""
        return answers.valhalla_on_road(self._asked("locate", answers.valhalla_locate_request(points)), len(points))

    def table(self, origins: Points, destinations: Points) -> Table:
        """km and minutes."""
        answer = self._asked("matrix", answers.valhalla_matrix_request(origins, destinations))
        return answers.valhalla_table(answer, (len(origins), len(destinations)))

    def _asked(self, action: str, request: dict[str, Any]) -> Any:
        try:
            return getattr(self._actor, action)(request)
        except self._error as error:
            said = f"Valhalla: {error}"
            raise answers.valhalla_refusal(getattr(error, "code", 0), said) or TravelError(said) from None


def _build_valhalla(extract: Path, folder: Path) -> None:
    import json

    _tiles(folder).mkdir()
    config = folder / "building.json"
    config.write_text(json.dumps(_valhalla_config(folder)), encoding="utf-8")
    run_tool(_tool(_folder_of(VALHALLA) / "bin", "valhalla_build_tiles"), "-c", config, extract)
    config.unlink()


def _valhalla_config(folder: Path) -> dict[str, Any]:
    """Its own defaults, for tiles alone: no boundaries, time zones, elevation."""
    import valhalla

    config: dict[str, Any] = valhalla.get_config(tile_extract="", tile_dir=_tiles(folder))
    for absent in ("admin", "timezone"):
        config["mjolnir"][absent] = ""
    return config


def _tiles(folder: Path) -> Path:
    return folder / "tiles"


def _folder_of(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _tool(folder: Path, name: str) -> Path:
    return folder / (f"{name}.exe" if sys.platform == "win32" else name)
