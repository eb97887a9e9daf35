"""What a backend hands over, made sound: arrays of a solution and fields of an outcome of the kinds the contract says.

A backend of any package may return anything. What is not as agreed is named, and nothing else is lost by it.
"""

from __future__ import annotations

import math
from enum import StrEnum
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from optimizer.model.arrays import BoolArray, IntArray
from optimizer.model.backend import Ending, Limit, Outcome, Reason
from optimizer.model.certificate import Certificate
from optimizer.model.plain_text import plain_line, plain_lines
from optimizer.model.problem import Problem
from optimizer.model.solution import Solution

MOST_WARNINGS = 50  # of one outcome
MOST_VERSIONS = 20
_SHOWN = 60  # characters of a wrong value

E = TypeVar("E", bound=StrEnum)


def sound_solution(problem: Problem, given: object) -> Solution:
    """The solution with arrays of their own kinds; raises `ValueError` naming what is wrong with it."""
    if not isinstance(given, Solution):
        raise ValueError(f"its plan is {_shown(given)}, where a Solution was expected")
    n, m = problem.n_practices, problem.n_sites
    site_of = _indices("site_of", given.site_of, n, m)
    network_of = _indices("network_of", given.network_of, m, problem.n_candidates)
    trusts = len(problem.trusts.ids)
    run_by = None if given.run_by is None else _indices("run_by", given.run_by, n, trusts)
    return Solution(site_of, network_of, _flags("is_open", given.is_open, m), run_by)


def sound_outcome(problem: Problem, given: object) -> tuple[Outcome, list[str]]:
    """The outcome with fields of the kinds that the contract says, and what was wrong with those that were not."""
    if not isinstance(given, Outcome):
        return Outcome(Reason.ERROR), [f"its answer is {_shown(given)}, where an Outcome was expected"]
    faults: list[str] = []

    def kept(name: str, read: Any, instead: Any = None) -> Any:
        try:
            return read(getattr(given, name))
        except ValueError as error:
            faults.append(str(error) if name == "solution" else f"its {name} is {error}")
            return instead

    fields = {
        "reason": kept("reason", lambda value: _member(Reason, value), Reason.ERROR),
        "limit": kept("limit", lambda value: None if value is None else _member(Limit, value)),
        "ending": kept("ending", lambda value: _member(Ending, value), Ending.COMPLETED),
        "solution": kept("solution", lambda value: None if value is None else sound_solution(problem, value)),
        "objective": kept("objective", sound_number),
        "bound": kept("bound", sound_number),
        "certificate": kept("certificate", _certificate),
        "native_status": kept("native_status", lambda value: plain_line(_text(value)), ""),
        "message": kept("message", lambda value: plain_lines(_text(value)), ""),
        "warnings": kept("warnings", _lines, ()),
        "start_used": kept("start_used", _flag_or_none),
        "nodes": kept("nodes", _count_or_none),
        "scaling_error": kept("scaling_error", sound_number),
        "versions": kept("versions", _versions, {}),
        **{name: kept(name, _amount, 0.0) for name in ("build_s", "solve_s", "cpu_s", "peak_memory_mb")},
    }
    return Outcome(**fields), faults


# --- arrays -----------------------------------------------------------------------------------------------------------


def _indices(name: str, given: object, length: int, end: int) -> IntArray:
    """[length] whole numbers from -1 to below `end`."""
    array = _array(name, given, length, "iu", "whole numbers")
    if array.size and not (int(array.min()) >= -1 and int(array.max()) < end):
        raise ValueError(f"its {name} holds {int(array.min())} to {int(array.max())}, where -1 to {end - 1} can be")
    return array.astype(np.int64)


def _flags(name: str, given: object, length: int) -> BoolArray:
    """[length] true or false, which 1 and 0 may stand for."""
    array = _array(name, given, length, "biu", "true or false")
    if not np.isin(array, (0, 1)).all():
        raise ValueError(f"its {name} holds other numbers than 0 and 1")
    return array.astype(bool)


def _array(name: str, given: object, length: int, kinds: str, of: str) -> np.ndarray[Any, np.dtype[Any]]:
    expected = f"where an array of {length} {of} was expected"
    if not isinstance(given, np.ndarray):
        raise ValueError(f"its {name} is {_shown(given)}, {expected}")
    if given.dtype.kind not in kinds or given.shape != (length,):
        raise ValueError(f"its {name} is an array of {given.dtype} of shape {given.shape}, {expected}")
    return np.asarray(given)


# --- fields -----------------------------------------------------------------------------------------------------------


def _member(kind: type[E], value: object) -> E:
    try:
        return kind(str(value))
    except ValueError:
        raise ValueError(f"{_shown(value)}, where one of {', '.join(kind)} was expected") from None


def sound_number(value: object) -> float | None:
    """Raises `ValueError` for what is neither a number nor None."""
    if value is None:
        return None
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        try:
            return float(value)
        except OverflowError:
            pass
    raise ValueError(f"{_shown(value)}, where a number or None was expected")


def _amount(value: object) -> float:
    number = sound_number(value) or 0.0
    if not 0 <= number < math.inf:
        raise ValueError(f"{_shown(value)}, where a number of 0 or more was expected")
    return number


def _count_or_none(value: object) -> int | None:
    number = sound_number(value)
    if number is not None and not (0 <= number < math.inf and number == int(number)):
        raise ValueError(f"{_shown(value)}, where a whole number or None was expected")
    return None if number is None else int(number)


def _flag_or_none(value: object) -> bool | None:
    if value is not None and not isinstance(value, bool | np.bool_):
        raise ValueError(f"{_shown(value)}, where True, False or None was expected")
    return None if value is None else bool(value)


def _certificate(value: object) -> Certificate | None:
    if value is not None and not isinstance(value, Certificate):
        raise ValueError(f"{_shown(value)}, where a Certificate or None was expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)}, where text was expected")
    return value


def _lines(value: object) -> tuple[str, ...]:
    if not isinstance(value, tuple | list):
        raise ValueError(f"{_shown(value)}, where a tuple of lines was expected")
    lines = tuple(plain_line(_text(line)) for line in value[:MOST_WARNINGS])
    more = len(value) - len(lines)
    return (*lines, f"and {more:,} more warnings of the backend") if more else lines


def _versions(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > MOST_VERSIONS:
        raise ValueError(f"{_shown(value)}, where a version by package was expected")
    return {plain_line(_text(name)): plain_line(_text(version)) for name, version in value.items()}


def _shown(value: object) -> str:
    """A value and its kind, short."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    kind = plain_line(type(value).__name__, _SHOWN)
    if isinstance(value, str | int | float | complex | Real):
        try:
            return f"{plain_line(repr(value), _SHOWN)} ({kind})"
        except ValueError:  # a whole number of thousands of digits
            pass
    return f"a value of type {kind}"
