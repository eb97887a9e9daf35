"""--config: options of a command that a team keeps in a TOML file.

What the file says is put before what was typed, so that what was typed wins: the last of an option counts, and of
several --set the last of a key.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_type_hints

from typer.core import TyperCommand

from optimizer.cli.terminal import explaining

CONFIG = "config"  # the option's own name, which no file may have


class Configured(TyperCommand):
    """A command with the option --config FILE; keys of the file are its options, `-` or `_` between words."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As click has it; raises `typer.Exit` for a file that cannot be used, after saying why."""
        typed, _, _ = self.make_parser(ctx).parse_args(list(args))
        file = typed.get(CONFIG)
        if isinstance(file, str) and not ctx.resilient_parsing:
            with explaining():
                args = [*self._kept(Path(file)), *args]
        return super().parse_args(ctx, args)

    def _kept(self, file: Path) -> list[str]:
        """The file's options as they are typed; raises `InputError` listing every fault."""
        from pydantic import TypeAdapter, ValidationError

        from instances import Fault, InputError
        from instances.wording import did_you_mean

        options = {_key(option): option for option in self.params if option.param_type_name == "option"}
        kinds = get_type_hints(self.callback)
        known = [key for key in options if key not in (CONFIG, "help")]
        found: list[str] = []
        faults: list[Fault] = []
        for written, value in _read(file).items():
            key = written.replace("-", "_")
            if key not in known:
                expected = "an option of this command, each once, such as time_limit" + did_you_mean(key, known)
                faults.append(Fault(file.name, expected, column=written))
                continue
            known.remove(key)
            option = options[key]
            try:
                TypeAdapter(kinds[option.name]).validate_json(json.dumps(value, default=str), strict=True)
            except ValidationError as error:
                what = (
                    error.errors(include_url=False)[0]["msg"].removeprefix("Input should be ").replace("array", "list")
                )
                faults.append(Fault(file.name, what, column=written, value=str(value)))
                continue
            found += _typed(option, value)
        if faults:
            raise InputError(faults)
        return found


def _key(option: Any) -> str:
    """--time-limit as time_limit."""
    return str(max(option.opts, key=len)).removeprefix("--").replace("-", "_")


def _read(file: Path) -> Mapping[str, Any]:
    from instances import Fault, InputError
    from instances.files import read_text
    from instances.parse import UnusualError, toml_values

    text = read_text(file)
    try:
        return toml_values(text)
    except (tomllib.TOMLDecodeError, UnusualError) as error:
        raise InputError([Fault(file.name, f"valid TOML ({error})")]) from None


def _typed(option: Any, value: Any) -> Iterator[str]:
    flag = max(option.opts, key=len)
    if isinstance(value, bool):
        yield from [flag] if value else option.secondary_opts[:1]
    else:
        for one in value if isinstance(value, list) else [value]:
            yield f"{flag}={one}"
