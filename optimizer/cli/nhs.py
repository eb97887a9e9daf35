"""`caregroup import nhs`: the files that the NHS publishes to an instance, with a report of every join."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.table import Table

from optimizer.cli.arguments import INSTANCE_SUFFIXES
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout, warn

if TYPE_CHECKING:
    from instances.nhs import Dropped, HomesReport, NhsImport, Report

_CODES = re.compile(r"[A-Za-z]\d{5}(\s*[,;]\s*[A-Za-z]\d{5})*")
_CODE_HEADERS = ("code", "id", "practice", "practice_code", "prac_code", "org_code")
_LISTED = 5  # practices named in a line

Words = list[str] | None


@guarded
def nhs(
    data: Annotated[
        list[Path], typer.Option("--data", metavar="PATH", help="A folder of downloads, or a file; may be repeated.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A folder, or a file ending in .toml, .json or .xlsx.")],
    icb: Annotated[Words, typer.Option(metavar="BOARD", help="Code or name; may be repeated.")] = None,
    sub_icb: Annotated[Words, typer.Option(metavar="LOCATION", help="Code or name; may be repeated.")] = None,
    pcn: Annotated[Words, typer.Option(metavar="NETWORK", help="Code or name; may be repeated.")] = None,
    practice: Annotated[
        Words, typer.Option(metavar="PRACTICE", help="Code, name or a file with a code a line; may be repeated.")
    ] = None,
    least_patients: Annotated[
        int, typer.Option(metavar="N", min=0, help="Shorter lists are left out: services for a few, or closing.")
    ] = 500,
    keep_special: Annotated[
        bool, typer.Option("--keep-special", help="Keep prisons and special allocation schemes.")
    ] = False,
    weighted: Annotated[
        bool, typer.Option("--weighted", help="Carr-Hill weighted patients in place of registered ones.")
    ] = False,
    hospital_km: Annotated[
        float, typer.Option(metavar="KM", min=0, help="Hospitals within this straight line of a practice.")
    ] = 10.0,
    home_max_km: Annotated[
        float,
        typer.Option(
            metavar="KM", min=0, help="Who lives further in a straight line counts as living at the practice."
        ),
    ] = 50.0,
    travel_from: Annotated[
        Literal["premises", "homes"],
        typer.Option(help="From where patients travel to their hub: their practice, or home (travel.basis)."),
    ] = "premises",
    name: Annotated[str | None, typer.Option(help="Of the instance.", show_default="the area's")] = None,
) -> None:
    """Practices, lists, staff, deprivation, hospitals and homes as the NHS publishes them; PCNs are current groups.

    Files are told apart by their columns, whatever their names; plain, gzipped or zipped.
    """
    from instances.nhs import Selection, Wishes, import_nhs

    selection = Selection(
        icb=tuple(icb or ()), sub_icb=tuple(sub_icb or ()), pcn=tuple(pcn or ()), practice=_practices(practice or ())
    )
    wishes = Wishes(least_patients=least_patients, keep_special=keep_special, weighted=weighted)
    made = import_nhs(
        data,
        selection,
        wishes=wishes,
        hospitals_within_km=hospital_km,
        home_max_km=home_max_km,
        travel_from=travel_from,
        name=name,
    )
    _write(made, out)


def _practices(words: Iterable[str]) -> tuple[str, ...]:
    """Codes and names, files and lists of codes taken apart."""
    found: list[str] = []
    for word in words:
        if _CODES.fullmatch(word):
            found += re.split(r"\s*[,;]\s*", word)
        elif Path(word).is_file():
            found += _codes_in(Path(word))
        else:
            found.append(word)
    return tuple(found)


def _codes_in(file: Path) -> list[str]:
    """The first cell of every line."""
    from instances.files import read_text

    cells = (re.split(r"[,;\t]", line)[0].strip().strip('"') for line in read_text(file).splitlines())
    codes = [cell for cell in cells if cell and cell.lower() not in _CODE_HEADERS]
    if not codes:
        raise fail(ExitCode.BAD_INPUT, f"{file}: a code a line; there is none.")
    return codes


def _write(made: NhsImport, out: Path) -> None:
    from instances.annotate import write_annotated

    instance, report = made.instance, made.report
    path = out if out.suffix.lower() in INSTANCE_SUFFIXES else out / "instance.toml"
    if path.suffix.lower() == ".toml":
        write_annotated(instance, path)
    else:
        instance.write(path)
    _show(report)
    patients = sum(practice.patients for practice in instance.practices)
    groups = len({practice.current_group for practice in instance.practices} - {None})
    stdout().print(
        f"{instance.name}: {_number(len(instance.practices), 'practice')} in {_number(groups, 'current group')}, "
        f"{patients:,} patients, {_number(len(instance.hospitals), 'hospital')}\n{path}",
        soft_wrap=True,
    )


def _show(report: Report) -> None:
    console = stdout()
    console.print(_table("Files", ("kind", "file"), report.files))
    taken = f"Practices: {report.selected:,} of {report.in_map:,}"
    joins = ((j.what, j.source, f"{len(j.lacking):,}", j.then if j.lacking else "") for j in report.joins)
    console.print(_table(taken, ("what", "from", "#lack it", "for those"), joins))
    for join in report.joins:
        if join.lacking:
            console.print(f"without {join.what}: {_listed(join.lacking)}", soft_wrap=True)
    if report.homes is not None:
        _show_homes(report.homes)
    for dropped in report.dropped:
        console.print(_left_out(dropped), soft_wrap=True)
    for note in report.notes:
        console.print(f"{note}.", soft_wrap=True)
    for warning in report.warnings:
        warn(f"{warning}.")
    if report.unused:
        warn(f"not used, as no columns of a known file were found: {', '.join(report.unused)}")


def _show_homes(homes: HomesReport) -> None:
    """Who lives where, and who counts as living at the practice, by reason."""
    parts = (homes.lived, *homes.lodged)
    rows = ((part.reason, f"{part.patients:,}", f"{part.rows:,}", f"{part.practices:,}") for part in parts)
    of = f" of {homes.day}" if homes.day else ""
    title = f"Homes{of}: {homes.places:,} places (LSOA {homes.vintage}), {homes.rows:,} rows"
    stdout().print(_table(title, ("patients who live", "#patients", "#rows", "#practices"), rows))
    if homes.lodged:
        stdout().print("All but those at a place count as living at their practice.")
    stdout().print(f"Zones of places: {', '.join(homes.zones) or 'none in the files'}.", soft_wrap=True)


def _left_out(dropped: Dropped) -> str:
    return f"Left out, {dropped.reason}: {_number(len(dropped.practices), 'practice')}: {_listed(dropped.practices)}"


def _table(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    for row in rows:
        table.add_row(*row)
    return table


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
