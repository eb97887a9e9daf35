"""Ids of an instance and what names them: which there are, which are there twice, which nobody has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from instances.inconsistency import Inconsistency, Path
from instances.rows import Hospital, Practice
from instances.schema import InstanceData
from instances.wording import place_meant


def ids_of(records: Iterable[Any]) -> set[str]:
    return {record.id for record in records}


def site_ids(instance: InstanceData) -> set[str]:
    return ids_of(instance.practices) | ids_of(instance.hospitals)


def placed(instance: InstanceData) -> Iterator[tuple[Path, Practice | Hospital]]:
    for index, practice in enumerate(instance.practices):
        yield ("practices", index), practice
    for index, hospital in enumerate(instance.hospitals):
        yield ("hospitals", index), hospital


def repeated(records: Iterable[tuple[Path, str]], what: str) -> Iterator[Inconsistency]:
    seen: set[str] = set()
    for path, record_id in records:
        if record_id in seen:
            yield Inconsistency((*path, "id"), record_id, f"an id that no other {what} has")
        seen.add(record_id)


def site_names(instance: InstanceData) -> dict[str, str]:
    return {place.id: place.name for _, place in placed(instance)}


def unknown(path: Path, named: Iterable[tuple[Any, str]], known: Collection[str], what: str) -> Iterator[Inconsistency]:
    """`known` ids; those with names tell which of them a name means."""
    for step, place in named:
        if place not in known:
            meant = place_meant(place, known) if isinstance(known, Mapping) else ""
            yield Inconsistency((*path, step), place, f"the id of {what}{meant}")
