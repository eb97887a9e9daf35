"""The command line as a whole: how it answers to bad usage."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from optimizer.cli.answers import FLAG, usage_answer
from optimizer.cli.terminal import ExitCode

_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]  # UsageError, which typer does not export


class Commands(TyperGroup):
    """All commands; where JSON is asked for, bad usage is answered in JSON too."""

    def main(self, *args: Any, **named: Any) -> Any:
        """As click has it: the arguments come first or as `args`, those of the process by default."""
        stated = args[0] if args else named.get("args")
        given = sys.argv[1:] if stated is None else list(stated)
        if FLAG not in given or not named.get("standalone_mode", True):
            return super().main(*args, **named)
        try:
            sys.exit(super().main(*args, **{**named, "standalone_mode": False}) or ExitCode.DONE)
        except _USAGE_ERROR as error:
            command = getattr(getattr(error, "ctx", None), "info_name", None) or ""
            typer.echo(usage_answer(command, error.format_message(), ExitCode.BAD_INPUT))  # type: ignore[attr-defined]
            sys.exit(ExitCode.BAD_INPUT)
