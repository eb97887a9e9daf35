"""Reading and writing whole files: text as planners' programs save it, and files that appear complete or not at all."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from instances.errors import Fault, InputError

MOST_BYTES = 256_000_000  # of a file: measured travel between all practices of England takes a tenth
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # the latter also begin what is UTF-32


def read_bytes(path: Path, *, name: str | None = None, most: int = MOST_BYTES) -> bytes:
    """The content of a file that a user named: a regular one, which has an end, of at most `most` bytes."""
    name = name or path.name
    try:
        endless = path.exists() and not (path.is_file() or path.is_dir())
        content = b"" if endless else _beginning(path, most + 1)
    except FileNotFoundError:
        raise InputError([Fault(name, f"a file; there is none at {path}")]) from None
    except ValueError:  # of a null character in the path
        raise InputError([Fault(name, "the name of a file")]) from None
    except OSError as error:
        raise InputError([Fault(name, f"a file that can be read ({error.strerror})")]) from None
    if endless:
        raise InputError([Fault(name, "a file; this is a device or a pipe, which may never end")])
    if len(content) > most:
        raise InputError([Fault(name, f"a file of at most {most:,} bytes")])
    return content


def _beginning(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def read_text(path: Path, *, name: str | None = None, most: int = MOST_BYTES) -> str:
    """UTF-8 with or without a byte order mark, or else Windows-1252, which spreadsheets on Windows still write."""
    content = read_bytes(path, name=name, most=most)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    found = "; this is UTF-16, which spreadsheets call Unicode text" if _is_utf_16(content) else ""
    raise InputError([Fault(name or path.name, f"text in UTF-8 (in a spreadsheet: save as CSV UTF-8){found}")])


def _is_utf_16(content: bytes) -> bool:
    """By its mark, or as every other byte of Latin letters is zero."""
    start = content[:400]
    zeros = max(start[::2].count(0), start[1::2].count(0))
    return content.startswith(_UTF_16) or (zeros > len(start) // 4 and 0 in (start[::2].count(0), start[1::2].count(0)))


def write_together(contents: Mapping[Path, bytes], obsolete: Iterable[Path] = ()) -> None:
    """Write all files aside, remove those that are obsolete, then put them in place in the order given.

    None is ever seen half-written.
    """
    aside = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            aside[path].write_bytes(content)
        for path in obsolete:
            path.unlink(missing_ok=True)
        for path in contents:
            aside[path].replace(path)
    except OSError as error:
        if error.errno is not None:
            error.filename = str(path)  # not that of the part; of a full disk it has none
        raise
    finally:
        for part in aside.values():
            with suppress(OSError):
                part.unlink()
