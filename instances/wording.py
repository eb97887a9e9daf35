"""How faults are worded: what a place in an instance may hold, in a planner's words, and near misses of names.

What may be held is taken from the JSON Schema of instances, so that a message can never differ from the check.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from instances.schema import InstanceData

Node = dict[str, Any]

_UNITS = ("patients", "registered patients", "road km", "km", "minutes", "pounds", "degrees", "FTE", "full-time")
_SAFETY_CAP = 1_000_000_000  # a maximum from here on only keeps sums exact: not worth a word until it is passed


_LEAST_PART, _MOST_MEANT = 3, 4  # letters of a part of a name; places told
_SMALLEST = 1e-9  # the same for a minimum above 0


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """`; did you mean 'max_km'?`, or nothing when no known name is near: as alike as difflib has it from 0 to 1."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=likeness)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def place_meant(word: str, names: Mapping[str, str]) -> str:
    """`; did you mean 'A81001' (Mill Surgery)?` where a name, or part of one, stands in place of an id.

    `names` by id. Several places of that name are all told; else the nearest name or id, or nothing.
    """
    called = {place: _plain(name) for place, name in names.items() if name}
    wanted = _plain(word)
    meant = [place for place, name in called.items() if name == wanted]
    if not meant and len(wanted) >= _LEAST_PART:
        meant = [place for place, name in called.items() if wanted in name]
    if not meant:
        near = difflib.get_close_matches(wanted, called.values(), n=1, cutoff=0.75)
        meant = [place for place, name in called.items() if name in near]
    if not meant:
        return did_you_mean(word, names)
    some = " or ".join(f"{place!r} ({names[place]})" for place in meant[:_MOST_MEANT])
    more = f" or {len(meant) - _MOST_MEANT} more" if len(meant) > _MOST_MEANT else ""
    return f"; did you mean {some}{more}?"


def _plain(name: str) -> str:
    """Letters and digits alone, as nobody types commas and capitals alike."""
    return " ".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())


@cache
def instance_schema() -> Node:
    """The JSON Schema of an instance."""
    return InstanceData.model_json_schema()


def node_at(path: Sequence[str | int]) -> Node | None:
    """The schema of the value at `path`; None where an instance has no such place."""
    return _walked(_generic(path))[1]


def known_part(path: Sequence[str | int]) -> tuple[str | int, ...]:
    """`path` up to the first step that the schema does not know (pydantic adds such steps for unions and keys)."""
    return tuple(path[: _walked(_generic(path))[0]])


def _generic(path: Sequence[str | int]) -> tuple[str | int, ...]:
    return tuple(0 if isinstance(step, int) else step for step in path)  # all records of a list are alike


@lru_cache(maxsize=4096)
def _walked(path: tuple[str | int, ...]) -> tuple[int, Node | None]:
    """How many steps of `path` the schema knows, and the node at its end if it knows them all."""
    node = instance_schema()
    for depth, step in enumerate(path):
        inner = _child(node, step)
        if inner is None:
            return depth, None
        node = inner
    return len(path), node


def keys_at(path: Sequence[str | int]) -> list[str]:
    """Names that a record at `path` may have."""
    return list((node_at(path) or {}).get("properties", {}))


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(step, int):
        inner = node.get("items")
    elif "properties" in node:
        inner = node["properties"].get(step)
    else:
        inner = next(iter(node.get("patternProperties", {}).values()), None) or node.get("additionalProperties")
    return _resolved(inner, node.get("description")) if isinstance(inner, dict) else None


def _resolved(node: Node, description: str | None) -> Node:
    """Follow `$ref` and see through `| None`, which becomes the key `nullable`."""
    description = node.get("description", description)
    nullable = False
    while True:
        options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
        nullable = nullable or len(options) < len(node.get("anyOf", ()))
        if "$ref" in node:
            node = instance_schema()["$defs"][node["$ref"].rpartition("/")[2]]
        elif len(options) == 1:
            node = options[0]
        else:
            break
    return {**node, "nullable": nullable, **({"description": description} if description else {})}


def expected_at(path: Sequence[str | int]) -> str:
    """What the value at `path` may be, such as `a number of road km, 0 or more`."""
    node = node_at(path)
    return _phrase(node) if node else "nothing here"


def _phrase(node: Node) -> str:
    if "const" in node:
        return str(node["const"])
    if "enum" in node:
        return "one of " + ", ".join(node["enum"])
    if "anyOf" in node:
        return " or ".join(_phrase(option) for option in node["anyOf"] if option != {"type": "null"})
    match node.get("type"):
        case "boolean":
            return "true or false"
        case "integer":
            return "a whole number" + _unit(node) + _range(node)
        case "number":
            return "a number" + _unit(node) + _range(node)
        case "array":
            return f"a list, each entry {_phrase(_resolved(node['items'], None))}"
        case "string":
            return _text_phrase(node)
        case _:
            return "a table of names and values"


def _text_phrase(node: Node) -> str:
    if ";" not in node.get("pattern", ""):
        return "text, not empty" if "minLength" in node else "text"
    return "an id (text without ; or :)" if ";:" in node["pattern"] else "an id (text without ;)"


def _unit(node: Node) -> str:
    """The unit that a description begins with."""
    first = node.get("description", "").partition(";")[0].partition(", ")[0].partition(": ")[0]
    return f" of {first}" if first.startswith(_UNITS) else ""


def _range(node: Node) -> str:
    least, most = node.get("minimum"), node.get("maximum")
    if least is not None and 0 < least <= _SMALLEST:
        return ", above 0"
    if least is not None and least <= -_SAFETY_CAP:
        return ""
    if least is not None and most is not None and most < _SAFETY_CAP:
        return f", {least:,} to {most:,}"
    return f", {least:,} or more" if least is not None else ""
