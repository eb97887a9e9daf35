"""TOML and JSON text to plain values that nothing further down chokes on, whoever wrote the text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

_DEEPEST = 30  # tables and lists in each other; an instance has 5
_MOST_STEPS = 100  # of a dotted key, for which tomllib takes memory by the square
_LARGEST = 10**100
_MANY_STEPS = re.compile(rf"\.(?:[^.\n,=\[\]{{}}#]*\.){{{_MOST_STEPS}}}")


class UnusualError(ValueError):
    """Valid text that no user means; the message says what is expected."""


class KeyTwiceError(ValueError):
    """A JSON object with the same key again, which Python would let pass."""


def toml_values(text: str) -> dict[str, Any]:
    """What TOML text holds; raises `tomllib.TOMLDecodeError` or `UnusualError`."""
    if _MANY_STEPS.search(text):
        raise UnusualError("nested less deeply")
    data: dict[str, Any] = _usual(lambda: tomllib.loads(text), tomllib.TOMLDecodeError)
    return data


def json_values(text: str) -> Any:
    """What JSON text holds; raises `json.JSONDecodeError`, `KeyTwiceError` or `UnusualError`."""
    return _usual(lambda: json.loads(text, object_pairs_hook=_each_key_once), json.JSONDecodeError, KeyTwiceError)


def _usual(load: Callable[[], Any], *faults: type[ValueError]) -> Any:
    """What is loaded; `faults` are of text that is not valid, and raised as they are."""
    try:
        data = load()
    except faults:
        raise
    except RecursionError:
        raise UnusualError("nested less deeply") from None
    except ValueError:
        raise UnusualError("numbers of a usual size") from None
    refuse_unusual(data)
    return data


def refuse_unusual(value: Any) -> None:
    """Raise `UnusualError` for nesting and whole numbers that Python itself cannot compare, copy or print."""
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(item, int) and abs(item) > _LARGEST for item in level):
            raise UnusualError("numbers of a usual size")
        level = [
            inner
            for item in level
            if isinstance(item, dict | list | tuple)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
    if level:
        raise UnusualError("nested less deeply")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        raise KeyTwiceError(next(key for key in keys if keys.count(key) > 1))
    return made
