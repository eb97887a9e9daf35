"""What a job's process sends its parent over a pipe: each message pickled, behind its length.

The parent never waits for the rest of a message: a process that is stopped in the midst of one, or that writes there
what is none, keeps it from nothing.
"""

from __future__ import annotations

import os
import pickle
import select
import struct
import threading
import time

_LENGTH = struct.Struct("!Q")
_MOST_BYTES = 2**30  # of one message: certificates of the whole of England have a tenth
_READ_BYTES = 2**20
_CLOSED_S = 0.01  # between two looks at a pipe that nobody writes to any more


class Outbox:
    """The end that a job writes to, from any of its threads."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Raises OSError where nobody listens."""
        data = pickle.dumps(message, protocol=5)
        with self._lock:
            for part in (_LENGTH.pack(len(data)), data):
                left = memoryview(part)
                while left:
                    left = left[os.write(self._fd, left) :]


class Inbox:
    """The parent's end. `fault`: why it can take no more, where something came that is no message."""

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self._fd = fd
        self._poll = select.poll()  # select takes no file numbers above 1,023
        self._poll.register(fd, select.POLLIN)
        self._taken = bytearray()
        self.fault = ""

    def next(self, wait_s: float) -> object | None:
        """A message; None where none is complete, waiting at most that long for more of one."""
        message = self._complete()
        if message is None and self._read(wait_s):
            message = self._complete()
        return message

    def close(self) -> None:
        os.close(self._fd)

    def _read(self, wait_s: float) -> bool:
        """Whether anything came."""
        if not self._poll.poll(1000 * wait_s):
            return False
        part = os.read(self._fd, _READ_BYTES)  # whatever a pipe holds
        if not part:
            time.sleep(min(wait_s, _CLOSED_S))
        self._taken += part
        return bool(part)

    def _complete(self) -> object | None:
        if self.fault or len(self._taken) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._taken)
        end = _LENGTH.size + length
        if length > _MOST_BYTES:
            self.fault = f"a message of {length:,} bytes"
        if self.fault or len(self._taken) < end:
            return None
        data = bytes(self._taken[_LENGTH.size : end])
        del self._taken[:end]
        try:
            return pickle.loads(data)  # type: ignore[no-any-return]
        except Exception as error:  # whatever it is that unpickling comes upon
            self.fault = f"a message that cannot be read ({type(error).__name__}: {error})"
            return None
