"""Packed files as streams of bytes that end in a message where the packing is damaged or swells without bound."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO

from instances.errors import Fault, InputError

MOST_BYTES = 4 << 30  # of one table: three times the postcode directory of the country
MOST_TIMES = 100  # a table's bytes to its packed bytes: published ones have 5 to 20, gzip ends at 1,032
_ANYHOW = 64 << 20  # bytes that any file may unpack to, however small it is
_BUFFER = 1 << 20
# What the library raises of damage: a place in the archive may be before its beginning, a name no text.
DAMAGE = (OSError, EOFError, ValueError, NotImplementedError, struct.error, zlib.error, zipfile.BadZipFile)


class _Unpacked(io.RawIOBase):
    def __init__(self, stream: IO[bytes], packed: IO[bytes], name: str) -> None:
        self._stream, self._packed, self._name = stream, packed, name
        self._begin = packed.tell()
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, of which only this is used
        try:
            content = self._stream.read(len(buffer))
        except DAMAGE as error:
            raise damaged(self._name, error) from None
        buffer[: len(content)] = content
        self._count += len(content)
        taken = self._packed.tell() - self._begin
        if self._count > min(MOST_BYTES, max(_ANYHOW, MOST_TIMES * taken)):
            expected = f"a table that unpacks to {MOST_BYTES >> 30} GB at most and {MOST_TIMES} times its size"
            raise InputError([Fault(self._name, expected)])
        return len(content)


def unpacked(stream: IO[bytes], packed: IO[bytes], name: str) -> IO[bytes]:
    """What `stream` unpacks from `packed`; raises `InputError` for damage and for more than a table can have."""
    return io.BufferedReader(_Unpacked(stream, packed, name), _BUFFER)


def damaged(name: str, error: Exception) -> InputError:
    """What to raise of a packed file that cannot be unpacked."""
    return InputError([Fault(name, f"an archive that can be unpacked ({error})")])
