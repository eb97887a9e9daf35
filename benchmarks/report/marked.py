"""The parts of a page that are generated: each between two comments, which a later run finds again."""

from __future__ import annotations

from pathlib import Path

from instances import Fault, InputError


def marks(name: str) -> tuple[str, str]:
    """The comments before and after a part."""
    return f"<!-- {name}: generated -->", f"<!-- {name}: end -->"


def page_text(option: str, file: Path) -> str:
    """What a page has; raise `InputError` where it is not there."""
    if not file.is_file():
        raise InputError([Fault(option, "a page that is there", value=str(file))])
    return file.read_text(encoding="utf-8")


def part(text: str, name: str, file: str) -> str:
    """What is between the marks, without the lines around it; raise `InputError` where they are not there once each."""
    begin, end = _found(text, name, file)
    return text[begin:end].strip("\n")


def rewrite_part(file: Path, name: str, content: str) -> None:
    """Put this between the marks of a page; raise `InputError` where they are not there once each."""
    text = page_text(str(file), file)
    begin, end = _found(text, name, str(file))
    file.write_text(f"{text[:begin]}\n{content.strip()}\n{text[end:]}", encoding="utf-8")


def _found(text: str, name: str, file: str) -> tuple[int, int]:
    begin, end = marks(name)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise InputError([Fault(file, f"the lines {begin} and {end}, once each and in this order")])
    return text.index(begin) + len(begin), text.index(end)
