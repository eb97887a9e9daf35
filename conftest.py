"""For all tests (in tests/, this file would make pytest find tests/instances in place of instances).

Kernels are compiled before the first test and once for all, so that no time limit in a test pays for it.
"""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # speed is for benchmarks
settings.load_profile("untimed")

pytest_plugins = ["tests.browser_support"]


def pytest_sessionstart(session: pytest.Session) -> None:
    # a shell that starts the tests in the background has Ctrl-C ignored, here and in all children
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(session.config, "workerinput"):  # a process of pytest-xdist: the main one has compiled
        return
    from optimizer.cli.inputs import small_instance
    from optimizer.construct import compile_kernels
    from optimizer.model.build import build_problem
    from solvers.columns.warm import prepare

    problem = build_problem(small_instance())
    wait = prepare(problem)
    compile_kernels(problem)
    if wait is not None:
        wait()
