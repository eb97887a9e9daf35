"""Names of places in sentences of verification, which knows them by their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from instances import Instance

_BEFORE = r"\b(?:practice|hub|hospital|chain|led from) |\bnetwork [^\s:]+:"
_CODE = r"(?<![\w:.-])[A-Za-z]+\d{2,}"  # as the NHS has them
_END = r"(?![\w:.-]*\w)"


@dataclass(frozen=True)
class PlaceNames:
    """What people call places; `by_id` may have empty names."""

    by_id: Mapping[str, str]

    @classmethod
    def of(cls, instance: Instance) -> PlaceNames:
        return cls({place.id: place.name for place in (*instance.hospitals, *instance.practices)})

    def name(self, place: str) -> str:
        """Its name, or its id where it has none."""
        return self.by_id.get(place) or place

    def in_text(self, text: str) -> str:
        """A sentence of verification with names before the ids of places, so that people know whom it is about."""
        return self._ids.sub(lambda found: f"{found[1] or ''}{self._named(found[2] or found[3])}", text)

    def _named(self, id_: str) -> str:
        return id_ if self.name(id_) == id_ else f"{self.name(id_)} ({id_})"

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        """Ids where one must stand, `_BEFORE` it, and codes anywhere: another id may be a word or number like any."""
        every = "|".join(map(re.escape, sorted(self.by_id, key=len, reverse=True)))
        return re.compile(rf"({_BEFORE})({every}){_END}|({_CODE}){_END}")
