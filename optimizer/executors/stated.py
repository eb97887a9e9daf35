"""What `--executor` says, made into a pool."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from instances import Fault, InputError
from instances.wording import did_you_mean
from optimizer.executors.apart import MODULE
from optimizer.executors.cores import available_cores
from optimizer.executors.lent import LENT, lent, open_lent
from optimizer.executors.pools import LocalPool, OnNews, Pool

OPTION = "--executor"
PROCESSES, MPI, DASK = "processes", "mpi", "dask://"
KINDS = f"{PROCESSES}, {DASK}HOST:PORT or {MPI}"
_ADDRESS = f"{DASK}HOST:PORT"


@contextmanager
def open_pool(
    stated: str = PROCESSES,
    *,
    threads: int = 1,
    workers: int | None = None,
    module: str = MODULE,
    on_news: OnNews | None = None,
) -> Iterator[Pool]:
    """What `--executor` says: processes of this machine, `dask://HOST:PORT` or `mpi`.

    `workers`: pieces of work at once; None: as the cores have room for with `threads` each, or as many as a cluster
    has. `module`: what processes of this machine run. `on_news` is told what becomes of a cluster's workers. Raises
    `InputError` for what is none of these and where nobody answers, `MissingExtraError`.
    """
    if stated == PROCESSES:
        slots = workers or max(1, available_cores() // threads)
        with ThreadPoolExecutor(slots, thread_name_prefix="run") as executor:
            yield LocalPool(executor, slots, module)
    elif stated == MPI:
        from optimizer.executors.mpi_pool import open_mpi

        with open_mpi(workers) as pool:
            yield pool
    elif stated.startswith(LENT):
        with open_lent(stated) as pool:
            yield pool
    elif stated.startswith(DASK):
        from optimizer.executors.dask_pool import open_dask

        with open_dask(_host(stated), workers, on_news) as pool:
            yield pool
    else:
        near = did_you_mean(stated, (PROCESSES, MPI))
        raise InputError([Fault(OPTION, KINDS + near, value=stated)])


@contextmanager
def for_a_process(stated: str) -> Iterator[str]:
    """The same for a process that this one starts: a pool that only this one can open is lent to it."""
    if stated != MPI:
        yield stated
        return
    with open_pool(stated) as pool, lent(pool) as address:
        yield address


def _host(address: str) -> str:
    host = address.removeprefix(DASK)
    name, _, port = host.rpartition(":")
    if not (name and port.isdecimal()):
        raise InputError([Fault(OPTION, _ADDRESS, value=address)])
    return host
