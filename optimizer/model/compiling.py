"""How kernels are compiled, and where the compiled code is kept: once a machine and a version of their sources.

Numba's own cache looks at the file of a function alone, not at those whose functions it calls; a folder named after all
the sources is never stale, and lies where a user may write.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba import config, njit
from numba.core.caching import FunctionCache

Function = Callable[..., Any]

PACKAGE = Path(__file__).parents[1]
INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
SHARED = (PACKAGE / "construct", Path(__file__))  # what kernels elsewhere may call


@cache
def cache_folder(*sources: Path) -> Path:
    """Where compiled code of these sources (files or folders) is kept; made if it is not there."""
    digest = hashlib.sha256(f"{numba.__version__} {PACKAGE}".encode())  # numba keeps code by the place of its source
    for source in sorted({*SHARED, *sources}):
        files = sorted(source.glob("*.py")) if source.is_dir() else [source]
        for file in files:
            digest.update(file.name.encode() + file.read_bytes())
    for root in _roots():
        folder = root / "caregroup-kernels" / digest.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="caregroup-kernels-"))


def _roots() -> list[Path]:
    """NUMBA_CACHE_DIR, the user's cache folder where there is a home, one of the user's among the temporary ones."""
    stated, user = os.environ.get("NUMBA_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME")
    if not user:
        with suppress(RuntimeError):  # no HOME, and a user that the machine does not know: a container
            user = str(Path.home() / ".cache")
    temporary = str(Path(tempfile.gettempdir()) / f"caregroup-{os.getuid()}")  # others cannot write in it
    return [Path(place) for place in (stated, user, temporary) if place]


@cache
def counting_is_optional() -> bool:
    """Whether the installed numba can leave out the counting of references: an option of its own use, `_nrt`.

    A numba without it would refuse to compile a function that states it; then all functions count, and are slower.
    """
    known = getattr(getattr(njit(lambda: None), "targetdescr", None), "options", None)
    return hasattr(known, "_nrt")


class _Cache(FunctionCache):  # type: ignore[misc]  # numba has no types
    """Numba's, for which a file that cannot be read or written is an error."""

    def load_overload(self, *args: Any) -> Any:
        try:
            return super().load_overload(*args)
        except Exception:  # whatever it is that unpickling comes upon in half a file
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, *args: Any) -> None:
        with suppress(Exception):  # the function is compiled, if for this process alone
            super().save_overload(*args)


def compiler(*sources: Path, counts: bool | None = None, **options: Any) -> Callable[[Function], Function]:
    """A decorator that compiles a function for the cache folder of these sources.

    `counts`: whether it counts references to arrays, as all do that make some; None = as the function that calls it.
    """
    if counts is not None and counting_is_optional():
        options["_nrt"] = counts

    def decorate(function: Function) -> Function:
        before = config.CACHE_DIR
        config.CACHE_DIR = str(cache_folder(*sources))
        try:
            compiled: Any = njit(error_model="numpy", **options)(function)
            compiled._cache = _Cache(function)  # as cache=True does with numba's
        finally:
            config.CACHE_DIR = before
        kernel: Function = compiled
        return kernel

    return decorate


def entry_and_inner(*sources: Path) -> tuple[Callable[[Function], Function], Callable[[Function], Function]]:
    """Decorators for functions called from Python, and for those called from compiled code only.

    The latter need no wrappers, which makes them faster to compile; the former let other threads run.
    """
    return compiler(*sources, nogil=True), compiler(*sources, **INNER, counts=True)


def borrowing(*sources: Path) -> Callable[[Function], Function]:
    """A decorator for inner functions that make no arrays and only use those that they are lent.

    A call that hands over tuples of arrays counts a reference to each of them, which can take longer than the function
    itself. Borrowing functions count none, and nor does what they call unless it says so.
    """
    return compiler(*sources, **INNER, counts=False)


def are_compiled(*sources: Path) -> bool:
    """Whether a run on this machine has compiled these sources before, and was not broken off."""
    return _mark(*sources).exists()


def set_compiled(*sources: Path) -> None:
    """These sources are compiled, all that a solve will call: from now on none waits for it."""
    with suppress(OSError):
        _mark(*sources).touch()


def _mark(*sources: Path) -> Path:
    return cache_folder(*sources) / "compiled"
