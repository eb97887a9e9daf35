"""A call in a process of its own: what comes back, and what becomes of it where that process dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from optimizer.executors import LostWorkError, call_apart
from optimizer.executors.apart import MODULE, RemoteError

PATIENCE_S = 60.0
DIES_AT_FIRST = """
import os, pathlib

def call(folder):
    tries = len(os.listdir(folder))
    pathlib.Path(folder, str(tries)).touch()
    if tries < 2:
        os.abort()
    return "done"
"""


def test_the_answer_comes_from_another_process() -> None:
    assert call_apart(os.getpid) != os.getpid()
    assert call_apart(print, "what a library prints") is None
    assert call_apart(bytes, 300_000) == bytes(300_000)  # more than a pipe holds


def test_what_is_raised_is_told() -> None:
    with pytest.raises(RemoteError, match="ValueError: invalid literal for int"):
        call_apart(int, "x")


@pytest.mark.parametrize(
    ("way", "told"), [((os._exit, 3), "exit code 3"), ((signal.raise_signal, 9), r"signal 9 \(Killed\)")]
)
def test_a_call_that_kills_its_process_is_not_tried_for_ever(way: tuple[object, int], told: str) -> None:
    with pytest.raises(LostWorkError, match=f"its process died 3 times, the last time by {told}"):
        call_apart(way[0], way[1])  # type: ignore[arg-type]


def test_what_died_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dies_at_first.py").write_text(DIES_AT_FIRST)
    (tmp_path / "tries").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    import dies_at_first  # type: ignore[import-not-found]

    assert call_apart(dies_at_first.call, str(tmp_path / "tries")) == "done"
    assert len(list((tmp_path / "tries").iterdir())) == 3


def test_it_ends_with_the_process_that_called() -> None:
    code = "import time; from optimizer.executors import call_apart; call_apart(time.sleep, 1000)"
    caller = subprocess.Popen([sys.executable, "-c", code])
    children: list[psutil.Process] = []
    until = time.monotonic() + PATIENCE_S
    while not children and time.monotonic() < until:
        children = [child for child in psutil.Process(caller.pid).children() if MODULE in " ".join(child.cmdline())]
        time.sleep(0.02)
    caller.kill()
    caller.wait()
    assert children
    assert not psutil.wait_procs(children, timeout=PATIENCE_S)[1]
