"""The state of a run as bytes: named arrays in an .npz file, which is read without running any code of it.

A file from disk may hold anything, so what is taken from it says what it expects; what is not so is `UnusableState`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from optimizer.model.arrays import FloatArray, IntArray

Arrays = Mapping[str, np.ndarray[Any, np.dtype[Any]]]


class UnusableState(ValueError):  # noqa: N818
    """Not what a run of this version has told of this problem."""


def packed(arrays: Arrays) -> bytes:
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    return content.getvalue()


def unpacked(content: bytes) -> Arrays:
    """Raises `UnusableState`."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: np.asarray(file[name]) for name in file.files}
    except (ValueError, OSError, EOFError, KeyError, MemoryError, zipfile.BadZipFile, NotImplementedError) as error:
        raise UnusableState(f"it is no state ({type(error).__name__})") from None


def integers(arrays: Arrays, name: str, low: int, end: int) -> IntArray:
    """[any] whole numbers from `low` to below `end`; raises `UnusableState`, as all of these do."""
    array = _array(arrays, name, "iu", 1)
    if array.size and not (int(array.min()) >= low and int(array.max()) < end):
        raise UnusableState(f"{name} holds other numbers than {low} to {end - 1}")
    return array.astype(np.int64)


def numbers(arrays: Arrays, name: str, *shape: int | None) -> FloatArray:
    """Finite numbers; None stands for any length."""
    array = _array(arrays, name, "f", len(shape)).astype(np.float64)
    if any(wanted not in (None, length) for wanted, length in zip(shape, array.shape, strict=True)):
        raise UnusableState(f"{name} is of shape {array.shape}")
    if not np.isfinite(array).all():
        raise UnusableState(f"{name} holds what is no number")
    return array


def ragged(name: str, parts: Sequence[Sequence[int]] | Sequence[IntArray]) -> dict[str, IntArray]:
    """Lists of whole numbers of any length as two arrays."""
    first = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    values = [np.asarray(part, dtype=np.int64) for part in parts]
    return {f"{name}.first": first, name: np.concatenate([np.zeros(0, dtype=np.int64), *values])}


def lists(arrays: Arrays, name: str, count: int, low: int, end: int) -> list[IntArray]:
    """What `ragged` made of `count` lists of numbers from `low` to below `end`."""
    values = integers(arrays, name, low, end)
    first = integers(arrays, f"{name}.first", 0, len(values) + 1)
    if len(first) != count + 1 or first[0] != 0 or first[-1] != len(values) or (np.diff(first) < 0).any():
        raise UnusableState(f"{name} is not in {count} parts")
    return np.split(values, first[1:-1]) if count else []


def _array(arrays: Arrays, name: str, kinds: str, dimensions: int) -> np.ndarray[Any, np.dtype[Any]]:
    array = arrays.get(name)
    if array is None or array.dtype.kind not in kinds or array.ndim != dimensions:
        raise UnusableState(f"{name} is missing or of another kind")
    return array
