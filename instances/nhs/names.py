"""Names as people write them: `THE ABC SURGERY,O'NEIL RD` to `The ABC Surgery, O'Neil Rd`."""

from __future__ import annotations

import re
from typing import Any

from titlecase import titlecase

_KEPT = {"NHS", "PCN", "GP", "GPS", "CIC", "HMP", "UK", "SAS", "CCG", "ICB", "LLP", "II", "III", "IV", "UEA", "ABC"}
_KEPT |= {"IW", "SWB", "MK", "SW", "SE", "NW", "NE", "CW", "WF", "RWT", "LLR", "HC", "HCC"}  # areas
_CAPITALISED = {"DR", "DRS", "ST", "SS", "MR", "MRS", "MT", "RD", "CTR", "CTRS", "CNT", "LTD", "PTNR", "PTNRS", "HLTH"}
_CAPITALISED |= {"HTH", "LN", "PL", "BLVD", "GDNS", "SQ"}
_SHORT = 3  # letters of a word that are taken for an abbreviation where they stand with figures
_TIGHT = re.compile(r"(?<=[A-Z]{2})([,.])(?=[A-Z]{2})")  # `MED.CTR`, `LODGE,HIGHFIELD`
_INITIAL = re.compile(r"(?<=\bDr )a\b")  # not the article
_PART = re.compile(r"[A-Z0-9]+(?:'[A-Z]+)?|[^A-Z0-9]+")


def shown(name: str) -> str:
    """A name in capitals in title case; any other name as it is."""
    name = " ".join(name.split())
    if not name.isupper():
        return name
    return _INITIAL.sub("A", titlecase(_TIGHT.sub(r"\1 ", name), callback=_word))


def _word(word: str, **_: Any) -> str | None:
    """A word that the library does not know: abbreviations, words with figures or marks; None leaves it to that."""
    parts: list[str] = _PART.findall(word)
    if len(parts) == 1 and not _is_special(word):
        return None
    if all(len(part) == 1 for part in parts):  # initials
        return word
    return "".join(_part(part) for part in parts) if any(map(_is_special, parts)) or len(parts) > 1 else None


def _is_special(part: str) -> bool:
    return part in _KEPT | _CAPITALISED or part.startswith("O'") or any(character.isdigit() for character in part)


def _part(part: str) -> str:
    letters = sum(character.isalpha() for character in part)
    if part in _KEPT or (letters <= _SHORT and letters < len(part) and "'" not in part):
        return part
    if part.startswith("O'"):
        return "O'" + part[2:].capitalize()
    return part[:1] + part[1:].lower()
