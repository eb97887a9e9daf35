"""`caregroup export`: the compact model, or the instance in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.arguments import INSTANCE_SUFFIXES, InstancePath, Settings, TablesAnywhere
from optimizer.cli.inputs import read, slug
from optimizer.cli.terminal import ExitCode, fail, guarded, stdout


@guarded
def export(
    instance: InstancePath,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Ends in .mps or .lp, or in .xlsx, .json or .toml.", show_default="out/NAME.mps"
        ),
    ] = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
) -> None:
    """Write the compact model, a mixed-integer program, as MPS or LP; or the instance as .xlsx, .json or .toml."""
    from optimizer.compact.export import SUFFIXES, write_model
    from optimizer.model.build import build_problem

    if out is not None and out.suffix.lower() not in (*SUFFIXES, *INSTANCE_SUFFIXES):
        written = f"a model's file name ends in .mps or .lp, an instance's in {', '.join(INSTANCE_SUFFIXES)}"
        raise fail(ExitCode.BAD_INPUT, f"--out {out}: {written}.")
    given = read(instance, settings, tables_anywhere=tables_anywhere)
    if out is not None and out.suffix.lower() in INSTANCE_SUFFIXES:
        given.write(out)
        stdout().print(f"{out}: {given.name}, {len(given.practices):,} practices", soft_wrap=True)
        return
    path = out or Path("out") / f"{slug(given.name)}.mps"
    mip = build_problem(given).mip
    write_model(mip.model, path, mip.names())
    stdout().print(f"{path}: {mip.model.n_columns:,} columns, {mip.model.n_rows:,} rows", soft_wrap=True)
