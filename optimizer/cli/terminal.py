"""How the command ends and speaks: exit codes, consoles, and every failure as a message instead of a traceback."""

from __future__ import annotations

import functools
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec

import typer
from rich.console import Console

from optimizer.cli.answers import answering, gathered_failure, gathered_warning, is_json

if TYPE_CHECKING:
    from rich.console import RenderableType

    from instances import Fault

DEBUG = "CAREGROUP_DEBUG"
PIPE_WIDTH = 120  # characters, where output goes to a file or pipe

UNUSABLE_PATH = (FileNotFoundError, FileExistsError, NotADirectoryError, IsADirectoryError, PermissionError)

P = ParamSpec("P")


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    WRONG = 1  # verify: the plan breaks a rule, or what it says of itself is not true
    BAD_INPUT = 2
    NO_PLAN_EXISTS = 3
    NO_PLAN_FOUND = 4
    FAILED = 5
    INTERRUPTED = 130


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """A reader that has seen enough (`| head`) changes nothing else."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return _Console(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


def stdout() -> Console:
    """For what was asked for."""
    return _console(stderr=False)


def stderr() -> Console:
    """For progress, warnings and errors."""
    return _console(stderr=True)


def say(said: RenderableType, *, soft_wrap: bool = False) -> None:
    """What was asked for, for people: not beside a JSON object."""
    if not is_json():
        stdout().print(said, soft_wrap=soft_wrap)


def warn(text: str) -> None:
    if gathered_warning(text):
        return
    stderr().print(f"Warning: {text}", style="yellow", soft_wrap=True)


def not_written(path: Path, error: Exception) -> None:
    """One line on a file that could not be written beside the plan."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
    warn(f"{path.name} was not written ({' '.join(why.split())[:300]}); the plan stands without it.")


def fail(code: ExitCode, *lines: str, faults: Iterable[Fault] = ()) -> typer.Exit:
    """Says what happened and what to do next; the caller raises what it returns."""
    if gathered_failure(lines, faults):
        return typer.Exit(code)
    console = stderr()
    console.print(lines[0], style="bold red", soft_wrap=True)
    for line in lines[1:]:
        console.print(line, soft_wrap=True)
    return typer.Exit(code)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose failures end in a message and an exit code; one with `as_json` answers in JSON."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if not kwargs.get("as_json"):
            with explaining():
                command(*args, **kwargs)
            return
        with explaining(), answering(command.__name__), explaining():  # the outer one of an answer that cannot be told
            command(*args, **kwargs)

    return run


@contextmanager
def explaining() -> Iterator[None]:
    """What fails here ends in a message and an exit code."""
    try:
        with _inputs_warned_of():
            yield
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        raise fail(ExitCode.INTERRUPTED, "Stopped.") from None
    except BrokenPipeError:
        raise typer.Exit(ExitCode.DONE) from None
    except Exception as error:
        if os.environ.get(DEBUG):
            traceback.print_exc()
        raise _explained(error) from None


@contextmanager
def _inputs_warned_of() -> Iterator[None]:
    """What readers of files warn of, in this command's way."""
    from instances import InputWarning

    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *args: Any, **kwargs: Any) -> None:
            if issubclass(category, InputWarning):
                warn(str(message))
            else:
                usual(message, category, *args, **kwargs)

        warnings.showwarning = show
        warnings.simplefilter("always", InputWarning)
        yield


def _explained(error: Exception) -> typer.Exit:
    from instances import InputError
    from instances.travel import TravelError
    from optimizer.executors import ConnectionLostError, MissingExtraError
    from optimizer.model.backend import SolverError, SolverUnavailable, UnsupportedOption
    from optimizer.solving.registry import UnknownSolverError

    text = str(error)
    if isinstance(error, InputError):
        return fail(
            ExitCode.BAD_INPUT,
            _heading(len(error.faults)),
            *(f"  {line}" for line in error.lines),
            faults=error.faults,
        )
    if isinstance(error, TravelError | MissingExtraError):
        return fail(ExitCode.FAILED, text)
    if isinstance(error, ConnectionLostError):
        return fail(ExitCode.FAILED, text, "What had ended is kept; the same command goes on from there.")
    if isinstance(error, UnknownSolverError):
        return fail(ExitCode.BAD_INPUT, text)
    if isinstance(error, UnsupportedOption):
        return fail(ExitCode.BAD_INPUT, text, "Leave the option out, or add --on-unsupported warn to go on without it.")
    if isinstance(error, SolverUnavailable):
        return fail(ExitCode.FAILED, text, "caregroup solvers shows which backends work here.")
    if isinstance(error, SolverError):
        return fail(
            ExitCode.FAILED, text, "caregroup solvers shows which backends work here; choose one with --solver."
        )
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        code = ExitCode.BAD_INPUT if isinstance(error, UNUSABLE_PATH) and where else ExitCode.FAILED
        return fail(code, f"{where}{error.strerror or text}", "Check path, permissions and space.")
    if isinstance(error, MemoryError):
        return fail(ExitCode.FAILED, "Out of memory.", "Use a smaller instance or a machine with more memory.")
    said = " ".join(text.split())[:300]
    return fail(
        ExitCode.FAILED,
        f"caregroup itself failed: {type(error).__name__}: {said}",
        f"Set {DEBUG}=1 and run again for the details that a bug report needs.",
    )


def _heading(faults: int) -> str:
    return "The input cannot be used:" if faults == 1 else f"The input cannot be used, {faults} things to mend:"


@contextmanager
def stoppable() -> Iterator[None]:
    """A polite request to end (SIGTERM, a closed terminal) stops the search as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    with _handling(interrupt, "SIGTERM", "SIGHUP"):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """No signal stops what is done here; it takes a moment."""
    with _handling(signal.SIG_IGN, "SIGINT", "SIGTERM", "SIGHUP"):
        yield


@contextmanager
def _handling(handler: Any, *names: str) -> Iterator[None]:
    """Signals that are not ignored already (nohup) go to the handler."""
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in signals}
    changed = [number for number, old in before.items() if old is not signal.SIG_IGN]
    try:
        for number in changed:
            signal.signal(number, handler)
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])
