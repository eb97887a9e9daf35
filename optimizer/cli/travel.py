"""`caregroup travel`: km and minutes by road into the travel table of an instance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.arguments import InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read
from optimizer.cli.terminal import ExitCode, fail, guarded, stderr, stdout, warn

if TYPE_CHECKING:
    from instances import Instance
    from instances.travel import Measured, Wanted

SERVER_SECONDS = 600.0


class EngineName(StrEnum):
    """As `instances.travel.engines`."""

    OSRM = "osrm"
    VALHALLA = "valhalla"


class Origin(StrEnum):
    """As `travel.basis` of an instance."""

    PREMISES = "premises"
    HOMES = "homes"


class Unit(StrEnum):
    """As `instances.travel.matrix`."""

    MINUTES = "minutes"
    KM = "km"


@dataclass(frozen=True)
class Ask:
    """What was asked for."""

    osm: list[Path] | None
    server: str | None
    matrix: Path | None
    engine: EngineName | None
    time_limit: float | None
    unit: Unit | None
    mode: str | None
    ignore_unknown: bool
    places: Path | None
    adjacency: Path | None
    links: Path | None
    km_per_hour: float | None

    @property
    def ways(self) -> list[str]:
        """The options that choose one."""
        chosen = {"--osm": self.osm, "--server": self.server, "--matrix": self.matrix, "--adjacency": self.adjacency}
        return [option for option, value in chosen.items() if value]


_OF_WAY = {  # fields by the ways that they belong to; "" is none of them: straight lines
    "engine": ("--osm", "--server"),
    "time_limit": ("--server",),
    "unit": ("--matrix",),
    "mode": ("--matrix",),
    "ignore_unknown": ("--matrix",),
    "places": ("--matrix", "--adjacency"),
    "links": ("--adjacency",),
    "km_per_hour": ("--adjacency", ""),
}


@guarded
def travel(
    instance: InstancePath,
    osm: Annotated[
        list[Path] | None,
        typer.Option("--osm", metavar="FILE", help="An OpenStreetMap extract, .osm.pbf; repeated, they are merged."),
    ] = None,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="An OSRM or Valhalla server, such as http://localhost:5000.")
    ] = None,
    matrix: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A published table, long or wide; .gz and .zip too.")
    ] = None,
    adjacency: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Over land: a, b, places next to each other; with --places.")
    ] = None,
    places: Annotated[
        Path | None, typer.Option(metavar="FILE", help="id, latitude, longitude; of --adjacency, or ids of --matrix.")
    ] = None,
    links: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Over land: a, b and km, minutes of bridges and ferries.")
    ] = None,
    engine: Annotated[
        EngineName | None, typer.Option(help="Of --osm and --server.", show_default="with --osm the one installed")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="S", min=0.1, help="Seconds for all of --server.", show_default=f"{SERVER_SECONDS:g}"),
    ] = None,
    unit: Annotated[Unit | None, typer.Option(help="Of --matrix, where no column says.")] = None,
    mode: Annotated[str | None, typer.Option(help="Of --matrix with a column mode: car, bus, foot ...")] = None,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="Leave out rows and columns of --matrix that nobody here has.")
    ] = False,
    km_per_hour: Annotated[
        float | None, typer.Option(metavar="V", min=1, max=200, help="Over land: minutes too, at this speed.")
    ] = None,
    from_: Annotated[
        Origin | None,
        typer.Option("--from", help="Homes: from places where patients live too.", show_default="travel.basis"),
    ] = None,
    slack: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=10, help="How far beyond the limits of the rules.")
    ] = 0.25,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A .csv of its own; the instance stays as it is.")
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
) -> None:
    """Road km and minutes of all pairs that can matter, as the travel table of the instance.

    By an extract (--osm), a server (--server), a published table (--matrix) or a way over land (--adjacency, else the
    instance's own places that touch).
    """
    from instances.travel.measured import number_of_pairs
    from instances.travel.named import name_in_instance, refuse_costs, refuse_other_files, write_table
    from optimizer.travel.wanted import wanted_from_homes, wanted_pairs

    ask = Ask(
        osm, server, matrix, engine, time_limit, unit, mode, ignore_unknown, places, adjacency, links, km_per_hour
    )
    _refuse_mixtures(ask)
    given = read(instance, settings, tables_anywhere=tables_anywhere)
    if out is None:
        refuse_costs(given, instance)
    else:
        refuse_other_files(out)
    if not ask.ways and not given.adjacency and out is None and km_per_hour is None:
        stdout().print(
            f"{given.travel.circuity:g} x straight line is what the model takes without a table: nothing is written.\n"
            "--osm, --server, --matrix, --adjacency or a table adjacency.csv measure; --out FILE writes these lines.",
            soft_wrap=True,
        )
        return
    wanted = wanted_from_homes if (from_ or given.travel.basis) == Origin.HOMES else wanted_pairs
    measured = _measured(ask, given, wanted(given, slack))
    _show(measured)
    if out is None:
        if given.travel.table is not None:
            warn(f"a travel table of {number_of_pairs(len(given.travel.table.origin))} is replaced")
        stays = read(instance, None, tables_anywhere=tables_anywhere)
        file = name_in_instance(measured.table, stays, instance)
    else:
        write_table(measured.table, file := out)
    stdout().print(f"{file}", soft_wrap=True)


def _refuse_mixtures(ask: Ask) -> None:
    """Exactly one way, and no option that it does not know."""
    ways = ask.ways
    if len(ways) > 1:
        raise fail(ExitCode.BAD_INPUT, f"{' and '.join(ways)} are ways of their own: choose one.")
    way = ways[0] if ways else ""
    for field, of in _OF_WAY.items():
        if getattr(ask, field) not in (None, False) and way not in of:
            with_ = " or ".join(option or "no other way" for option in of)
            raise fail(ExitCode.BAD_INPUT, f"--{field.replace('_', '-')} goes with {with_}.")
    needed = {"--server": ("engine", "what answers there: osrm or valhalla"), "--adjacency": ("places", "their places")}
    if way in needed and getattr(ask, needed[way][0]) is None:
        raise fail(ExitCode.BAD_INPUT, f"{way} takes --{needed[way][0]}, {needed[way][1]}.")


def _measured(ask: Ask, given: Instance, wanted: Wanted) -> Measured:
    """By the way that was chosen."""
    if ask.matrix is not None:
        from instances.travel.matrix import Wish, from_matrix
        from instances.travel.text_tables import read_places

        wish = Wish(ask.unit and ask.unit.value, ask.mode, ask.ignore_unknown)
        return from_matrix(ask.matrix, wanted, wish, None if ask.places is None else read_places(ask.places))
    if ask.osm or ask.server is not None:
        from instances.travel.blocks import routed

        return routed(_engine(ask, wanted), wanted)
    from instances.travel.land_path import over_land, straight_lines
    from optimizer.travel.wanted import land_of

    circuity = given.travel.circuity
    land = _land(ask) if ask.ways else land_of(given)
    if land is None:
        return straight_lines(wanted, circuity, ask.km_per_hour)
    return over_land(wanted, land, circuity, ask.km_per_hour)


def _engine(ask: Ask, wanted: Wanted) -> Any:
    if ask.osm:
        from instances.travel.engines import engine_of

        name = ask.engine and ask.engine.value
        return engine_of(ask.osm, name, wanted.origins, lambda text: stderr().print(text, soft_wrap=True))
    from instances.travel.servers import OsrmServer, ValhallaServer
    from instances.travel.web import Server

    assert ask.server is not None
    asked = Server(ask.server, SERVER_SECONDS if ask.time_limit is None else ask.time_limit)
    return OsrmServer(asked) if ask.engine is EngineName.OSRM else ValhallaServer(asked)


def _land(ask: Ask) -> Any:
    from instances.travel.land_path import Land
    from instances.travel.text_tables import ADJACENCY, LINKS, read_edges, read_places

    if ask.adjacency is None or ask.places is None:
        return None
    places = read_places(ask.places)
    links = None if ask.links is None else read_edges(ask.links, LINKS, places)
    return Land(places, read_edges(ask.adjacency, ADJACENCY, places), links)


def _show(measured: Measured) -> None:
    for warning in measured.warnings:
        warn(f"{warning}.")
    for note in measured.notes:
        stdout().print(f"{note}.", soft_wrap=True)
    if measured.circuity is not None:
        stdout().print(
            f"Half of the pairs are longer than {measured.circuity:.2f} x the straight line.", soft_wrap=True
        )
