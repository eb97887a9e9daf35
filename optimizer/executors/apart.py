"""Calls a function in a Python process of its own: a crash costs that call alone, and a call that died is made again.

The process ends with the one that started it, however that ends: its standard input closes then.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, TypeVar

MODULE = "optimizer.executors.apart"  # by which its processes are known
MOST_TRIES = 3
_TAIL_BYTES = 4000  # of what a process printed
# caregroup first: with it, folders of other people that are called optimizer stay out
_COMMAND = (sys.executable, "-P", "-c", f"import caregroup; from {MODULE} import main; main()")

T = TypeVar("T")


class LostWorkError(RuntimeError):
    """Whatever was to do the work died, as often as it was tried."""


class RemoteError(RuntimeError):
    """What the function raised there, in words."""


class _DiedError(Exception):
    """A process ended without an answer; the message says how."""


@dataclass(frozen=True)
class _Returned:
    value: Any


@dataclass(frozen=True)
class _Raised:
    text: str


def call_apart(function: Callable[..., T], *arguments: object) -> T:
    """What `function(*arguments)` returns, from a process of its own; both must be known to another process by pickle.

    A process that dies is started again, up to `MOST_TRIES` in all. Raises `LostWorkError` when the last has died, and
    `RemoteError` for what the function raises.
    """
    died = ""
    for _ in range(MOST_TRIES):
        try:
            answer = _answer(pickle.dumps((function, arguments)))
        except _DiedError as error:
            died = str(error)
            continue
        if isinstance(answer, _Raised):
            raise RemoteError(answer.text)
        returned: T = answer.value
        return returned
    raise LostWorkError(f"its process died {MOST_TRIES} times, the last time by {died}")


def _answer(asked: bytes) -> Any:
    """Raises `_DiedError` where there is none."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, start_new_session=True
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(asked)
                process.stdin.flush()
            answer = process.stdout.read()
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            with suppress(BrokenPipeError):
                process.stdin.close()
        if code != 0:
            raise _DiedError(_cause(code, said))
        return pickle.loads(answer)


def _cause(code: int, said: IO[bytes]) -> str:
    """How a process ended, and its last words."""
    how = f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"exit code {code}"
    said.seek(max(0, said.seek(0, os.SEEK_END) - _TAIL_BYTES))
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return how + (f"; its last words: {lines[-1]}" if lines else "")


def main() -> None:
    """The other side: one call, asked for on standard input and answered on standard output."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what libraries print is no answer
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
        function, arguments = pickle.load(sys.stdin.buffer)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        answer: _Returned | _Raised
        try:
            answer = _Returned(function(*arguments))
        except Exception as error:
            answer = _Raised(f"{type(error).__name__}: {error}")
        answers.write(pickle.dumps(answer))
    os._exit(0)  # finalisers of solver libraries have nothing to say any more, and sometimes hang


def _end_with_parent() -> None:
    while os.read(0, 1):  # nothing more is sent: this returns at the end of the parent
        pass
    os._exit(1)
