"""Names as people write them: `THE ABC SURGERY (DR O'NEIL)` to `The ABC Surgery (Dr O'Neil)`."""

from __future__ import annotations

import re
from typing import Any

from titlecase import titlecase

_KEPT = {"NHS", "PCN", "GP", "GPS", "CIC", "HMP", "UK", "SAS", "CCG", "ICB", "LLP", "II", "III", "IV", "UEA", "ABC"}
_KEPT |= {"IW", "SWB", "MK", "SW", "SE", "NW", "NE", "CW", "WF", "RWT", "LLR"}  # areas
_CAPITALISED = {"DR", "DRS", "ST", "SS", "MR", "MRS", "MT", "RD", "CTR", "LTD", "PTNR", "PTNRS", "HLTH", "LN", "PL"}
_AFTER_MARK = re.compile(r"(?<=[(/])[a-z]|(?<=\bO')[a-z]")
_EDGES = re.compile(r"^(\W*)(.*?)(\W*)$")


def shown(name: str) -> str:
    """A name in capitals in title case; any other name as it is."""
    name = " ".join(name.split())
    if not name.isupper():
        return name
    return _AFTER_MARK.sub(lambda letter: letter.group().upper(), titlecase(name, callback=_word))


def _word(word: str, **_: Any) -> str | None:
    """Abbreviations and words with figures stay; None leaves a word to the library."""
    match = _EDGES.match(word)
    core = match.group(2).upper() if match else word.upper()
    if core in _KEPT or any(character.isdigit() for character in core):
        return word.upper()
    if core in _CAPITALISED:
        return word[: word.lower().find(core.lower())] + core.capitalize() + (match.group(3) if match else "")
    return None
