"""Code, styles and data inside a page, so that nothing in them can end the element that they stand in."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from markupsafe import Markup


def packaged(package: str, path: str) -> str:
    """The text of a file of a package."""
    return (files(package) / path).read_text(encoding="utf-8")


def script(code: str) -> Markup:
    """Code that stands in a script element, which nothing in it may end; the backslash changes no string or pattern."""
    return Markup(code.replace("</script", "<\\/script").replace("<!--", "<\\!--"))


def style(code: str) -> Markup:
    return Markup(code.replace("</style", "<\\/style"))


def json_data(data: Any) -> Markup:
    """JSON that no name in it can break out of."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for mark, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(mark, code)
    return Markup(text)
