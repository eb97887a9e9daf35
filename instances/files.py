"""Reading and writing whole files: text as planners' programs save it, and files that appear complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from instances.errors import Fault, InputError


def read_bytes(path: Path, *, name: str | None = None) -> bytes:
    """The content of a file that a user named."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError([Fault(name or path.name, f"a file; there is none at {path}")]) from None
    except OSError as error:
        raise InputError([Fault(name or path.name, f"a file that can be read ({error.strerror})")]) from None


def read_text(path: Path, *, name: str | None = None) -> str:
    """UTF-8 with or without a byte order mark, or else Windows-1252, which spreadsheets on Windows still write."""
    content = read_bytes(path, name=name)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError([Fault(name or path.name, "text in UTF-8 (in a spreadsheet: save as CSV UTF-8)")])


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
        if error.filename is not None:
            error.filename = str(path)  # not that of the part
        raise
    finally:
        for part in aside.values():
            with suppress(OSError):
                part.unlink()
