"""Processes under MPI, by `mpi4py.futures`: the first hands out the work, the others do it.

MPI ends all of its processes with any that dies: what was under way is lost then, and done again by the same command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from instances import Fault, InputError
from optimizer.executors.pools import MissingExtraError, Pool

_RUNNER = "mpi4py.futures"
_EXPECTED = f"a start under MPI with two processes or more: mpiexec -n 5 python -m {_RUNNER} -m caregroup ..."


@contextmanager
def open_mpi(workers: int | None) -> Iterator[Pool]:
    """Raise `InputError` where this process was not started as MPI needs it, `MissingExtraError`."""
    if find_spec("mpi4py") is None:
        raise MissingExtraError('--executor mpi needs MPI for Python: pip install "caregroup[mpi]"')
    is_started = _RUNNER in sys.modules  # imported by `python -m`, and by nobody else before this
    if not is_started:
        raise InputError([Fault("--executor", _EXPECTED, value="mpi")])
    from mpi4py import MPI
    from mpi4py.futures import MPIPoolExecutor

    if MPI.COMM_WORLD.Get_size() == 1:
        raise InputError([Fault("--executor", _EXPECTED, value="mpi")])
    with MPIPoolExecutor() as executor:
        yield Pool(executor, workers or executor.num_workers)
