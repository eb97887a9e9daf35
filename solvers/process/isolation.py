"""Runs a piece of work in a process of its own, under limits enforced from outside: the parent's side.

A solver library can crash, overrun its time limit, run out of memory, orphan a child, print to stdout or clash with
another library in the same process. So each job gets a fresh process group, a private temporary directory (its cwd
and TMPDIR) and a file for its output; what it emits comes over a pipe as it happens and survives whatever becomes of
it. When the job ends, so does everything in its process group. The child's side is `worker.py`.

Linux and other POSIX systems; on Windows it is not supported.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

from optimizer.model.backend import Ending, Limit, SolveOptions
from solvers.process.messages import Inbox
from solvers.process.worker import Event, Failed, Finished, Job, Started

# caregroup first: with it, folders of other people that are called solvers or optimizer stay out
_START = "import caregroup, runpy, sys; runpy.run_module(sys.argv.pop(1), run_name='__main__')"
WORKER = "solvers.process.worker"  # the module by which its processes are known
_WORKER = (sys.executable, "-P", "-c", _START, WORKER)
_MEGABYTE = 1024 * 1024
_TAIL_BYTES = 4000
_MOST_OUTPUT_BYTES = 16 * _MEGABYTE  # of what a job prints, before it is thrown away
_TERM_S = 0.2
_EXIT_S = 5.0  # for a child that has sent its result
_START_UP_S, _STOPPED_START_UP_S = 120.0, 10.0  # the latter for one that somebody has stopped (SIGSTOP)
_GRACE_SHARE = 0.05  # of a solve's time limit


@dataclass(frozen=True)
class JobLimits:
    """Limits on the whole process group. Wall-clock time counts from when the job's imports are done."""

    time_s: float | None = None
    grace_s: float = 3.0  # beyond `time_s`, for a job that knows its limit
    polite_s: float = 1.0  # after SIGINT: CBC, SCIP and CP-SAT end on it with what they have
    memory_mb: int | None = None
    caps_addresses: bool = True  # a limit of memory is one of addresses too, of which some libraries reserve terabytes
    threads: int = 1  # set for OpenMP; room for their stacks in the address space

    @classmethod
    def of_solve(
        cls, options: SolveOptions, threads: int, polite_s: float = polite_s, grace_share: float = _GRACE_SHARE
    ) -> Self:
        """For a backend, which knows its time limit: more grace where more may be under way when it ends."""
        return cls(
            time_s=options.time_limit,
            grace_s=cls.grace_s + grace_share * (options.time_limit or 0.0),
            polite_s=polite_s,
            memory_mb=options.memory_mb,
            threads=threads,
        )


@dataclass(frozen=True)
class JobEnd:
    """How a job ended."""

    ending: Ending
    result: Any = None  # what the target returned; None unless it did
    error: BaseException | None = None  # what the target raised
    message: str = ""
    timed_out: bool = False
    interrupted: bool = False  # by Ctrl-C in this process
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_memory_mb: float = 0.0
    peak_threads: int = 0
    output_tail: str = ""

    def limit(self, claimed: Limit | None = None) -> Limit | None:
        """What ended the job from outside, or what it says that it stopped at."""
        if self.ending is Ending.OUT_OF_MEMORY:
            return Limit.MEMORY
        if self.interrupted:
            return Limit.INTERRUPT
        return Limit.TIME if self.timed_out else claimed


class RemoteError(Exception):
    """An exception of the job that could not be brought over as it was."""


def run_isolated(
    target: str,
    payload: object,
    *,
    on_event: Callable[[Any], None],
    imports: tuple[str, ...] = (),
    limits: JobLimits | None = None,
) -> JobEnd:
    """Runs `target` ("module:attribute", called with payload and emit) and waits for its end.

    `on_event` gets every emitted value. An exception of the target comes back in `error`; an exception of `on_event`
    ends the job and is raised, except that KeyboardInterrupt (there or here) makes an `interrupted` end.
    """
    process = _Process(target, payload, imports, limits or JobLimits())
    try:
        process.watch(on_event)
    finally:
        process.end()
    return process.report()


@dataclass
class _Usage:
    """CPU seconds, memory and threads of a process group, sampled."""

    cpu_by_pid: dict[int, float] = field(default_factory=dict)
    peak_memory_mb: float = 0.0
    peak_threads: int = 0
    seen: set[psutil.Process] = field(default_factory=set)  # known again by when they were started

    @property
    def cpu_s(self) -> float:
        return sum(self.cpu_by_pid.values())

    def sample(self, leader: int) -> float:
        """Adds a sample; returns the group's memory now, megabytes."""
        memory, threads = 0, 0
        with contextlib.suppress(psutil.Error):
            root = psutil.Process(leader)
            for process in [root, *root.children(recursive=True)]:
                with contextlib.suppress(psutil.Error), process.oneshot():
                    memory += process.memory_info().rss
                    threads += process.num_threads()
                    times = process.cpu_times()
                    self.cpu_by_pid[process.pid] = times.user + times.system
                    self.seen.add(process)
        self.peak_memory_mb = max(self.peak_memory_mb, memory / _MEGABYTE)
        self.peak_threads = max(self.peak_threads, threads)
        return memory / _MEGABYTE


class _Process:
    """One child with its group, pipe and directory."""

    def __init__(self, target: str, payload: object, imports: tuple[str, ...], limits: JobLimits) -> None:
        self._limits = limits
        self._usage = _Usage()
        self._start_cpu_s = 0.0
        self._started: float | None = None
        self._ended_at: float | None = None
        self._finished: Finished | Failed | None = None
        self._timed_out = self._interrupted = self._out_of_memory = self._start_up_failed = False
        self._status: int | None = None
        self._rusage_cpu_s = 0.0
        self._tail = ""
        self._directory = Path(tempfile.mkdtemp(prefix="caregroup-"))
        self._output = self._directory / "output.txt"
        try:
            self._launch(target, payload, imports)
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise

    def _launch(self, target: str, payload: object, imports: tuple[str, ...]) -> None:
        limits = self._limits
        address_space = None
        if limits.memory_mb is not None and limits.caps_addresses:
            # A backstop for jumps between two samples; resident memory, which the limit means, is watched in `watch`.
            # Threads reserve far more addresses than they use.
            address_space = (2 * limits.memory_mb + 1024 + 128 * limits.threads) * _MEGABYTE
        job_file = self._directory / "job.pickle"
        with job_file.open("wb") as file:
            pickle.dump(Job(target, imports, pickle.dumps(payload, protocol=5), address_space), file, protocol=5)
        environment = os.environ | {
            "TMPDIR": str(self._directory),
            "TMP": str(self._directory),  # PuLP looks here first
            "TEMP": str(self._directory),
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),  # its cwd is another
            "PYTHONFAULTHANDLER": "1",
            "OMP_NUM_THREADS": str(limits.threads),
            "OPENBLAS_NUM_THREADS": "1",
        }
        events, child_events = os.pipe()
        self._inbox = Inbox(events)
        lifeline_read, self._lifeline = os.pipe()
        try:
            with self._output.open("ab") as output:
                self._popen = subprocess.Popen(
                    [*_WORKER, str(child_events), str(lifeline_read), str(job_file)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=self._directory,
                    env=environment,
                    pass_fds=(child_events, lifeline_read),
                    start_new_session=True,
                )
        except BaseException:
            self._inbox.close()
            os.close(self._lifeline)
            raise
        finally:
            os.close(child_events)
            os.close(lifeline_read)
        self._launched = time.monotonic()

    def watch(self, on_event: Callable[[Any], None]) -> None:
        """Handles messages until the child is gone or over a limit, then winds the job down."""
        interval = 0.05 if self._limits.memory_mb is not None else 0.2
        next_sample = 0.0
        try:
            while not self._gone(on_event, wait_s=interval):
                now = time.monotonic()
                if now >= next_sample:
                    self._bound_output()
                    memory_mb = self._usage.sample(self._popen.pid)
                    next_sample = now + interval
                    if self._limits.memory_mb is not None and memory_mb > self._limits.memory_mb:
                        self._out_of_memory = True
                        return
                if self._over_time(now) or self._inbox.fault:
                    break
            else:
                return
        except KeyboardInterrupt:
            self._interrupted = True
        with contextlib.suppress(KeyboardInterrupt):
            self._wind_down(on_event)

    def _bound_output(self) -> None:
        with contextlib.suppress(OSError):
            if self._output.stat().st_size > _MOST_OUTPUT_BYTES:
                os.truncate(self._output, 0)

    def _over_time(self, now: float) -> bool:
        if self._started is None:
            patience_s = _STOPPED_START_UP_S if self._is_stopped() else _START_UP_S
            self._start_up_failed = now > self._launched + patience_s
            return self._start_up_failed
        if self._finished is not None:
            return self._ended_at is not None and now > self._ended_at + _EXIT_S
        time_s = self._limits.time_s
        self._timed_out = time_s is not None and now > self._started + time_s + self._limits.grace_s
        return self._timed_out

    def _is_stopped(self) -> bool:
        with contextlib.suppress(psutil.Error):
            return bool(psutil.Process(self._popen.pid).status() == psutil.STATUS_STOPPED)
        return False

    def _wind_down(self, on_event: Callable[[Any], None]) -> None:
        for signal_number, patience_s in ((signal.SIGINT, self._limits.polite_s), (signal.SIGTERM, _TERM_S)):
            self._signal(signal_number)
            until = time.monotonic() + patience_s
            while time.monotonic() < until:
                if self._gone(on_event, wait_s=0.05):
                    return

    def _gone(self, on_event: Callable[[Any], None], *, wait_s: float) -> bool:
        """Takes at most one message; whether the child has ended with all its messages taken."""
        exited = self._exited()  # asked first: what it sent before is there
        message = self._inbox.next(0.0 if exited else wait_s)
        if message is not None:
            self._take(message, on_event)
            return False
        return exited

    def _take(self, message: object, on_event: Callable[[Any], None]) -> None:
        match message:
            case Event(value):
                on_event(value)
            case Started(cpu_s):
                self._started = time.monotonic()
                self._start_cpu_s = cpu_s
            case Finished() | Failed():
                self._finished = message
                self._ended_at = time.monotonic()

    def _exited(self) -> bool:
        # Not reaped before the whole group is ended: the zombie keeps the group's number from being given away.
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return self._status is not None or os.waitid(os.P_PID, self._popen.pid, flags) is not None

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, number)

    def end(self) -> None:
        """Ends the whole group and removes its directory."""
        if self._ended_at is None:
            self._ended_at = time.monotonic()
        if not self._exited():
            self._usage.sample(self._popen.pid)
        self._signal(signal.SIGKILL)
        self._end_escaped()
        _, self._status, rusage = os.wait4(self._popen.pid, 0)
        self._popen.returncode = os.waitstatus_to_exitcode(self._status)
        self._rusage_cpu_s = rusage.ru_utime + rusage.ru_stime  # with the children that the worker waited for
        unit = 1 if sys.platform == "darwin" else 1024
        self._usage.peak_memory_mb = max(self._usage.peak_memory_mb, rusage.ru_maxrss * unit / _MEGABYTE)
        os.close(self._lifeline)
        self._inbox.close()
        with contextlib.suppress(OSError), self._output.open("rb") as output:
            output.seek(max(0, output.seek(0, os.SEEK_END) - 16 * _TAIL_BYTES))
            self._tail = output.read().decode(errors="replace")
        shutil.rmtree(self._directory, ignore_errors=True)

    def _end_escaped(self) -> None:
        """Processes that have left the group were seen, or still have its directory in their environment."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process in self._usage.seen or self._directory in _with_parents(process.environ().get("TMPDIR")):
                    process.kill()

    def report(self) -> JobEnd:
        ending, message = self._ending()
        error: BaseException | None = None
        if isinstance(self._finished, Failed) and not self._finished.out_of_memory:
            error = self._finished.error or RemoteError(f"{self._finished.kind}: {self._finished.text}")
        started = self._started if self._started is not None else self._launched
        ended = self._ended_at if self._ended_at is not None else started
        return JobEnd(
            ending=ending,
            result=self._finished.result if isinstance(self._finished, Finished) else None,
            error=error,
            message=message,
            timed_out=self._timed_out,
            interrupted=self._interrupted,
            wall_s=max(0.0, ended - started),
            cpu_s=max(0.0, max(self._usage.cpu_s, self._rusage_cpu_s) - self._start_cpu_s),
            peak_memory_mb=self._usage.peak_memory_mb,
            peak_threads=self._usage.peak_threads,
            output_tail=self._tail[-_TAIL_BYTES:],
        )

    def _ended_after_s(self) -> float:
        return (self._ended_at or self._launched) - self._launched

    def _ending(self) -> tuple[Ending, str]:
        if isinstance(self._finished, Finished):
            return Ending.COMPLETED, ""
        if isinstance(self._finished, Failed):
            text = f"{self._finished.kind}: {self._finished.text}"
            return (Ending.OUT_OF_MEMORY if self._finished.out_of_memory else Ending.CRASHED), text
        if self._out_of_memory:
            return Ending.OUT_OF_MEMORY, f"ended for using more than {self._limits.memory_mb} MB of memory"
        if self._start_up_failed:
            return Ending.KILLED, f"the solver's process had not started after {self._ended_after_s():.0f} s"
        if self._timed_out:
            return Ending.KILLED, "ended for overrunning its time limit"
        if self._interrupted:
            return Ending.KILLED, "interrupted"
        if self._inbox.fault:
            return Ending.CRASHED, f"the solver's process sent {self._inbox.fault}"
        code = self._popen.returncode
        if "bad_alloc" in self._tail or "MemoryError" in self._tail or "Cannot allocate memory" in self._tail:
            return Ending.OUT_OF_MEMORY, "the solver's process ran out of memory"
        if code in (-signal.SIGKILL, -signal.SIGTERM):
            return Ending.KILLED, f"the solver's process was killed from outside (signal {-code})"
        how = f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"exit code {code}"
        last = next((line.strip() for line in reversed(self._tail.splitlines()) if line.strip()), "")
        return Ending.CRASHED, f"the solver's process crashed: {how}" + (f"; its last words: {last}" if last else "")


def _with_parents(place: str | None) -> tuple[Path, ...]:
    return () if not place else (Path(place), *Path(place).parents)
