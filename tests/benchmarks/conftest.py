"""Backends that fail on purpose, for every test of this folder and the processes that it starts, and no others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import bad_backends
import boastful
import pytest


@pytest.fixture(scope="module", autouse=True)
def _bad_backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = bad_backends.install(tmp_path_factory.mktemp("installed"))
    boastful.install(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        modules = [str(Path(module.__file__).parent) for module in (bad_backends, boastful)]
        patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *modules, os.environ.get("PYTHONPATH", "")]))
        yield
