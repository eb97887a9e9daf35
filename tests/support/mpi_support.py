"""Commands under MPI, where it is installed: the first process hands out work, the others do it."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

# beside Python first, as where a wheel has brought it
_MPIEXEC = shutil.which("mpiexec", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))

needs_mpi = pytest.mark.skipif(
    find_spec("mpi4py") is None or _MPIEXEC is None, reason="mpi4py or mpiexec is not installed"
)


def under_mpi(processes: int) -> list[str]:
    """What `-m caregroup ...` follows."""
    return [str(_MPIEXEC), "-n", str(processes), sys.executable, "-m", "mpi4py.futures"]
