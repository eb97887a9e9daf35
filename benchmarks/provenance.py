"""Which code made a run, and on which machine: what a reader needs to make it again, or to know why it differs."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import psutil

from benchmarks.row import Machine
from optimizer.executors.cores import available_cores
from optimizer.output.document import installed_versions
from optimizer.solving.registry import GROUP, load

PACKAGES = ("instances", "optimizer", "solvers")  # whose sources decide what a run finds
UNKNOWN = "unknown"  # the commit, where the code is not a git checkout
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Code:
    """`commit` is checked out; `dirty`: tracked files differ from it."""

    commit: str
    dirty: bool


def code() -> Code:
    """Of the checkout that this package lies in."""
    if _git("ls-files", "--error-unmatch", "optimizer/__init__.py") is None:
        return Code(UNKNOWN, dirty=False)
    commit = _git("rev-parse", "HEAD")
    return Code(commit or UNKNOWN, dirty=bool(_git("status", "--porcelain", "--untracked-files=no")))


def _git(*arguments: str) -> str | None:
    folder = Path(__file__).parents[1]
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def versions(backend: str) -> dict[str, str]:
    """Of Python, the packages that a solve uses and the backend's own; `code` stands for our sources as they are.

    Read from disk every time: a change while a benchmark goes on must show. Raises `UnknownSolverError`.
    """
    info = load(backend).info
    entry = list(entry_points(group=GROUP, name=backend))[-1]
    home = {} if entry.dist is None else {entry.dist.name: entry.dist.version}
    return {**installed_versions(), **installed_versions(info.packages), **home, "code": source_digest()}


def source_digest() -> str:
    """The first 16 hex digits of a sha256 over the sources of `PACKAGES`: the same in any checkout of the same code."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        folder = Path(str(import_module(package).__file__)).parent
        for file in sorted(folder.rglob("*.py")):
            content = file.read_bytes()
            digest.update(f"{package}/{file.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


@cache
def machine() -> Machine:
    """This one; its id is the same for machines of the same make, so that a container's new name changes nothing."""
    cpu = _cpu()
    cores, memory_mb = available_cores(), psutil.virtual_memory().total // _MEGABYTE
    make = json.dumps([cpu, cores, round(memory_mb / 1024), platform.system(), platform.machine()])
    return Machine(
        id=hashlib.sha256(make.encode()).hexdigest()[:12],
        cpu=cpu,
        cores=cores,
        memory_mb=memory_mb,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
    )


def _cpu() -> str:
    """The processor's name."""
    facts = Path("/proc/cpuinfo")
    if os.access(facts, os.R_OK):
        for line in facts.read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return " ".join(value.split())
    return platform.processor() or platform.machine()
