"""An instance's TOML with every default in it as a comment: the page of rules that a planner edits by uncommenting.

What is commented is not stated, so that `assumptions` goes on naming it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import tomlkit

from instances.assumptions import Assumption, assumptions
from instances.files import read_text, write_together
from instances.schema import Instance

_HEADER = re.compile(r"^(?=\[)", re.MULTILINE)


def write_annotated(instance: Instance, path: Path) -> None:
    """`instance.write(path)` of a .toml, then with the defaults as comments."""
    instance.write(path)
    write_together({path: annotated(read_text(path), instance).encode()})


def annotated(text: str, instance: Instance) -> str:
    """The TOML `text` of `instance`, as it was written, with a commented line for each setting left to its default."""
    comments: defaultdict[str, list[str]] = defaultdict(list)
    for assumption in assumptions(instance):
        place, _, name = assumption.key.rpartition(".")
        comments[place].append(_line(name, assumption))
    records = {kind: iter(getattr(instance, kind)) for kind in ("role", "care_model")}
    blocks = []
    for block in _HEADER.split(text):
        place = block.split("\n", 1)[0].strip("[] ") if block.startswith("[") else ""
        if place in records:
            place = f"{place}.{next(records[place]).id}"
        blocks.append("\n".join([block.rstrip("\n"), *comments.pop(place, [])]))
    blocks += ["\n".join([f"[{place}]", *lines]) for place, lines in comments.items()]
    return "\n\n".join(blocks) + "\n"


def _line(name: str, assumption: Assumption) -> str:
    value = list(assumption.value) if isinstance(assumption.value, tuple) else assumption.value
    about = f"  # {assumption.description}" if assumption.description else ""
    return f"# {name} = {tomlkit.item(value).as_string()}{about}"
