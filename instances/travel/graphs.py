"""Road graphs of extracts, made once: kept by the content of the extracts, the engine and its version."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from instances.travel.errors import TravelError
from instances.travel.extracts import digest, merge, refuse_unsorted
from instances.travel.web import EXTRA

_MOST_SAID = 300  # characters of what a tool said, the end of it

Build = Callable[[Path, Path], None]  # (extract, folder to fill)


def graph(extracts: Sequence[Path], package: str, build: Build, told: Callable[[str], None]) -> Path:
    """The folder of the graph, made if there is none.

    Made aside and renamed, so that what is there is whole. Raises `TravelError` where the tool of the engine fails.
    """
    name = f"{digest(extracts)[:32]}-{package}-{version(package)}"
    root = _root()
    folder = root / name
    if folder.is_dir():
        return folder
    told(f"Making the graph of {', '.join(extract.name for extract in extracts)}, once; it is kept in {root}")
    part = root / f".{name}.{os.getpid()}.part"
    try:
        part.mkdir(parents=True)
        extract = extracts[0]
        if len(extracts) > 1:
            for one in extracts:
                refuse_unsorted(one)
            extract = part / "merged.osm.pbf"
            merge(extracts, extract)
        build(extract, part)
        (part / "merged.osm.pbf").unlink(missing_ok=True)
        if not folder.is_dir():  # else another process was faster
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _root() -> Path:
    try:
        from platformdirs import user_cache_path
    except ImportError:
        raise TravelError(f"Keeping road graphs takes platformdirs, which is not installed: {EXTRA}") from None
    return user_cache_path("caregroup", appauthor=False) / "roads"


def run_tool(*command: str | Path) -> None:
    """A tool of an engine; raises `TravelError` with the end of what it said."""
    done = subprocess.run(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = " ".join(done.stdout.decode(errors="replace").split())[-_MOST_SAID:]
        raise TravelError(f"{Path(command[0]).name} ended with code {done.returncode}: {said}")
