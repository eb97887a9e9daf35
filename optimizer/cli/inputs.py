"""What the commands make of their arguments: instances, options, names of folders."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from optimizer.cli.terminal import ExitCode, fail

if TYPE_CHECKING:
    from pydantic import ValidationError

    from instances import Instance
    from optimizer.model.backend import SolveOptions
    from optimizer.output.geography import Geography

_LONGEST_SLUG = 60  # bytes: file systems take 255 for a name, and some of it is for others
OPTION_OF = {"rel_gap": "gap", "memory_mb": "memory", "log_path": "log"}  # where the option is called otherwise


def read(path: Path, settings: Iterable[str] | None, *, tables_anywhere: bool = False) -> Instance:
    """The instance of a file, with settings changed."""
    from instances import Instance

    instance = Instance.read(path, tables_anywhere=tables_anywhere)
    return instance.with_settings(list(settings)) if settings else instance


def geography(instance: Instance, place_outlines: Path | None, outlines: Path | None) -> Geography | None:
    """What is drawn under the map of the page."""
    from optimizer.output.geography import read_geography

    try:
        return read_geography(instance, place_outlines, outlines)
    except ImportError as error:
        raise fail(ExitCode.BAD_INPUT, f"{error}") from None


def solve_options(**stated: Any) -> SolveOptions:
    """Options of a solve; those that are None are left to the backend."""
    from pydantic import ValidationError

    from optimizer.model.backend import SolveOptions

    limit = stated.get("time_limit")
    if limit == float("inf"):
        stated["time_limit"] = None
    try:
        return SolveOptions.model_validate({key: value for key, value in stated.items() if value is not None})
    except ValidationError as error:
        raise invalid_options(error) from None


def invalid_options(error: ValidationError) -> typer.Exit:
    """What is wrong with options, in the command's words."""
    lines = []
    for detail in error.errors(include_url=False):
        field = str(detail["loc"][0]) if detail["loc"] else ""
        option = f"--{OPTION_OF.get(field, field).replace('_', '-')} {detail['input']}: " if field else ""
        lines.append(f"  {option}{detail['msg']}")
    return fail(ExitCode.BAD_INPUT, "An option cannot be used:", *lines)


def native_options(pairs: Iterable[str]) -> dict[str, Any]:
    """["mip_rel_gap=0.1", "presolve=off"] as {"mip_rel_gap": 0.1, "presolve": "off"}."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise fail(ExitCode.BAD_INPUT, f"--native {pair}: write NAME=VALUE, such as presolve=off.")
        found[name.strip()] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    """A number or truth value where it reads as one, else the text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if isinstance(value, int | float | str) else text


def slug(name: str) -> str:
    """A folder's name from an instance's name: letters and digits of any script, accents of Latin ones taken away."""
    plain = "".join(map(_unaccented, unicodedata.normalize("NFKC", name))).lower()
    words = "".join(letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in plain).split()
    return "-".join(words).encode()[:_LONGEST_SLUG].decode(errors="ignore").strip("-") or "plan"


def _unaccented(letter: str) -> str:
    """A Latin letter without its accents; others as they are, as their marks are part of what is read."""
    base = unicodedata.normalize("NFKD", letter)[0]
    return base if base.isascii() else letter


def small_instance() -> Instance:
    """Six practices on a plane: what backends are tried on."""
    from instances import Instance

    model = {"id": "MCP", "lead": "hub", "lead_min_patients": 0, "min": 40_000, "target_min": 40_000}
    practices = [
        {"id": f"p{k}", "patients": 9_000 + 1_000 * k, "x_km": 1.5 * k, "y_km": k % 2, "current_group": f"g{k % 3}"}
        for k in range(6)
    ]
    return Instance.model_validate({"name": "six practices", "care_model": [model], "practices": practices})
