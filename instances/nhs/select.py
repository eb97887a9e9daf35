"""Which practices to take: by board, sub-board, network or practice, each by code or by name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from instances.errors import Fault, InputError

_NAMED = 5  # names listed in a message
_NOISE = re.compile(r"\b(nhs|integrated care board|icb|pcn|primary care network|stp|ccg)\b|[^a-z0-9]+")


@dataclass(frozen=True)
class Selection:
    """Codes or names; a practice is taken if it fits one of each kind that is given."""

    icb: tuple[str, ...] = ()
    sub_icb: tuple[str, ...] = ()
    pcn: tuple[str, ...] = ()
    practice: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.icb, *self.sub_icb, *self.pcn, *self.practice)


# option, what it is called, columns with codes, column with names
_KINDS = (
    ("icb", "integrated care board", ("icb", "icb_ons"), "icb_name"),
    ("sub_icb", "sub-ICB location", ("sub_icb", "sub_icb_ons"), "sub_icb_name"),
    ("pcn", "primary care network", ("pcn",), "pcn_name"),
    ("practice", "practice", ("code",), "name"),
)


def selected(practices: pd.DataFrame, selection: Selection, file: str) -> pd.DataFrame:
    """The rows of the map that the selection takes; raises `InputError` with near names where a word fits nothing."""
    taken = pd.Series(True, index=practices.index)
    faults: list[Fault] = []
    for option, title, codes, name in _KINDS:
        words: Sequence[str] = getattr(selection, option)
        if not words:
            continue
        fits = pd.Series(False, index=practices.index)
        for word in words:
            found = _matching(practices, word, codes, name)
            if isinstance(found, str):
                faults.append(
                    Fault(file, f"{title}, by code or name; {found}", column=f"--{_dashed(option)}", value=word)
                )
            else:
                fits |= found
        taken &= fits
    if faults:
        raise InputError(faults)
    if not taken.any():
        raise InputError([Fault(file, "practices that fit every option; none does", value=", ".join(selection.words))])
    return practices[taken]


def _dashed(option: str) -> str:
    return option.replace("_", "-")


def _matching(practices: pd.DataFrame, word: str, codes: Iterable[str], name: str) -> pd.Series[bool] | str:
    """Rows that a code or name fits, or why there are none."""
    for column in codes:
        by_code = practices[column].str.upper() == word.strip().upper()
        if by_code.any():
            return by_code
    plain = practices[name].map(_plain)
    asked = _plain(word)
    exact = plain == asked
    if asked and exact.any():
        return _unless_several(practices, exact, word, codes, name)
    within = plain.str.contains(asked, regex=False) if asked else exact
    if within.any():
        return _unless_several(practices, within, word, codes, name)
    return _near(practices, asked, codes, name)


def _unless_several(
    practices: pd.DataFrame, rows: pd.Series[bool], word: str, codes: Iterable[str], name: str
) -> pd.Series[bool] | str:
    """The rows if they are all of one code."""
    code = next(iter(codes))
    fitting = practices[rows].drop_duplicates(code)
    if len(fitting) == 1:
        return rows
    more = f" and {len(fitting) - _NAMED:,} more" if len(fitting) > _NAMED else ""
    return f"{word!r} fits {len(fitting):,}: {_listed(fitting.head(_NAMED), code, name)}{more}"


def _near(practices: pd.DataFrame, asked: str, codes: Iterable[str], name: str) -> str:
    code = next(iter(codes))
    known = practices[practices[code] != ""].drop_duplicates(code)
    by_plain = {_plain(text): number for number, text in enumerate(known[name])}
    near = difflib.get_close_matches(asked, by_plain, n=_NAMED, cutoff=0.5)
    if near:
        return f"nearest: {_listed(known.iloc[[by_plain[plain] for plain in near]], code, name)}"
    if len(known) <= 50:
        return f"there are: {_listed(known, code, name)}"
    return f"none of the {len(known):,} is near"


def _listed(rows: pd.DataFrame, code: str, name: str) -> str:
    return ", ".join(f"{name} ({code})" for code, name in zip(rows[code], rows[name], strict=True))


def _plain(name: str) -> str:
    """A name without what all of its kind share: `NHS Kent and Medway ICB` is `kent and medway`."""
    return " ".join(_NOISE.sub(" ", name.lower().replace("&", " and ")).split())
