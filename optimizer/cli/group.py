"""The command line as a whole: how it answers to bad usage."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from optimizer.cli.answers import FLAG, usage_answer
from optimizer.cli.terminal import ExitCode

_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]  # UsageError, which typer does not export


class Commands(TyperGroup):
    """All commands; where JSON is asked for, bad usage is answered in JSON too."""

    def main(self, args: Sequence[str] | None = None, *rest: Any, standalone_mode: bool = True, **named: Any) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        if not standalone_mode or FLAG not in given:
            return super().main(args, *rest, standalone_mode=standalone_mode, **named)
        try:
            sys.exit(super().main(args, *rest, standalone_mode=False, **named) or ExitCode.DONE)
        except _USAGE_ERROR as error:
            command = getattr(getattr(error, "ctx", None), "info_name", None) or ""
            typer.echo(usage_answer(command, error.format_message(), ExitCode.BAD_INPUT))  # type: ignore[attr-defined]
            sys.exit(ExitCode.BAD_INPUT)
