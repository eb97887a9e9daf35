"""How pages are made with jinja2, which comes with the extras `report` and `bench`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def page_environment(package: str, folder: str = "templates") -> Environment:
    """Templates of a package's folder: what is put into them is escaped, and a name that they lack is an error.

    Raises `ImportError` without jinja2.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
