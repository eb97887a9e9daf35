"""Text of backends and files made fit to show and to store: no control characters, no end of it.

A terminal obeys escape sequences, workbooks refuse control characters, and UTF-8 has no lone surrogates.
"""

from __future__ import annotations

import re

MOST_CHARACTERS = 500
_ESCAPE_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")


def plain_line(text: str, most: int = MOST_CHARACTERS) -> str:
    """One line of what can be printed, at most that many characters of it."""
    seen = _ESCAPE_SEQUENCES.sub("", text[: 4 * most])  # enough of a text without end
    line = " ".join(printable(seen).split())
    return line if len(line) <= most and len(text) <= 4 * most else f"{line[: most - 2]} …"


def plain_lines(text: str, most_lines: int = 20) -> str:
    """The first lines of a text, each as `plain_line`; empty ones are left out."""
    beginning = text[: most_lines * MOST_CHARACTERS].splitlines()
    return "\n".join([line for line in map(plain_line, beginning[:most_lines]) if line])


def printable(text: str) -> str:
    """With a space for each character that no printer has, such as controls and lone surrogates; lines stay."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in text)
