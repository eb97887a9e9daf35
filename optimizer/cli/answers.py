"""With --json a command writes one JSON object on standard output, whatever becomes of it (docs/json.md).

While it runs, warnings and failures are gathered here and not printed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from instances import Fault

SCHEMA_VERSION = 1
FLAG = "--json"


@dataclass
class _Answer:
    command: str
    result: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: dict[str, Any] | None = None

    def text(self, exit_code: int) -> str:
        content = {
            "schema_version": SCHEMA_VERSION,
            "command": self.command,
            "exit_code": exit_code,
            "result": self.result or None,
            "warnings": self.warnings,
            "error": self.error,
        }
        return json.dumps(_finite(content), indent=2, allow_nan=False)  # ASCII: right in every locale


_answer: ContextVar[_Answer | None] = ContextVar("answer", default=None)


@contextmanager
def answering(command: str) -> Iterator[None]:
    """Print the object when the command is done; bad usage is left to `usage_answer`."""
    answer = _Answer(command)
    token = _answer.set(answer)
    code = 0
    try:
        yield
    except typer.Exit as ended:
        code = ended.exit_code
        raise
    finally:
        _answer.reset(token)
        if answer.result or answer.error:
            typer.echo(answer.text(code))


def add_result(**parts: Any) -> None:
    """Keys of `result`; nothing where no JSON is asked for."""
    answer = _answer.get()
    if answer is not None:
        answer.result.update(parts)


def is_json() -> bool:
    """Whether a JSON object is asked for, and nothing else may stand on standard output."""
    return _answer.get() is not None


def gathered_warning(text: str) -> bool:
    """Keep a warning for the object; False where none is asked for."""
    answer = _answer.get()
    if answer is not None:
        answer.warnings.append(text)
    return answer is not None


def gathered_failure(lines: Iterable[str], faults: Iterable[Fault]) -> bool:
    """The same of a failure."""
    answer = _answer.get()
    if answer is not None:
        answer.error = _error(lines, faults)
    return answer is not None


def usage_answer(command: str, message: str, exit_code: int) -> str:
    """The object for a command that was called wrongly, so that it never began."""
    return _Answer(command, error=_error([message], ())).text(exit_code)


def _error(lines: Iterable[str], faults: Iterable[Fault]) -> dict[str, Any]:
    message, *details = (line.strip() for line in lines)
    return {"message": message, "details": details, "faults": [asdict(fault) for fault in faults]}


def _finite(value: Any) -> Any:
    """JSON has no infinity: what is not known is null."""
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
