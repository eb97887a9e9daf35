"""OSRM and Valhalla servers as engines: https://project-osrm.org/docs (table), https://valhalla.github.io (matrix)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from instances.errors import shortened
from instances.travel import answers
from instances.travel.answers import UnusableAnswerError
from instances.travel.blocks import Table, TableRefusedError
from instances.travel.errors import TravelError
from instances.travel.points import BoolArray, Points
from instances.travel.web import Server

Made = TypeVar("Made")
_DECIMALS = 6  # of degrees: 0.1 m


@dataclass(frozen=True)
class OsrmServer:
    """`/table/v1/driving`."""

    server: Server
    most: ClassVar[int] = 50  # 100 places in a table, the limit that osrm-routed starts with

    @property
    def name(self) -> str:
        return f"OSRM at {self.server.url}"

    def on_road(self, points: Points) -> BoolArray:
        """[n]: from one of them to all, which tells how far each was moved."""
        answer = self._asked(points.take(np.zeros(1, np.int64)), points)
        return _made(self.name, answer, lambda: answers.osrm_on_road(answer, len(points)))

    def table(self, origins: Points, destinations: Points) -> Table:
        """km and minutes."""
        answer = self._asked(origins, destinations)
        shape = len(origins), len(destinations)
        return _made(self.name, answer, lambda: answers.osrm_table(answer, shape))

    def _asked(self, origins: Points, destinations: Points) -> Any:
        both = [
            f"{east:.{_DECIMALS}f},{north:.{_DECIMALS}f}"
            for part in (origins, destinations)
            for north, east in _degrees(part)
        ]
        numbers = [str(k) for k in range(len(both))]
        query = "&".join(
            (
                f"sources={';'.join(numbers[: len(origins)])}",
                f"destinations={';'.join(numbers[len(origins) :])}",
                "annotations=duration,distance",
            )
        )
        answer = self.server.asked(f"table/v1/driving/{';'.join(both)}?{query}")
        code = answer.get("code") if isinstance(answer, dict) else None
        if code == "Ok":
            return answer
        said = _refused(self.name, answer, "message")
        raise answers.osrm_refusal(str(code), said) or TravelError(said)


@dataclass(frozen=True)
class ValhallaServer:
    """`/sources_to_targets` and `/locate`."""

    server: Server
    most: ClassVar[int] = 25  # 50 places of a matrix, the limit of older servers; newer ones take 50 x 50

    @property
    def name(self) -> str:
        return f"Valhalla at {self.server.url}"

    def on_road(self, points: Points) -> BoolArray:
        """[n]."""
        answer = self._asked("locate", answers.valhalla_locate_request(points))
        return _made(self.name, answer, lambda: answers.valhalla_on_road(answer, len(points)))

    def table(self, origins: Points, destinations: Points) -> Table:
        """km and minutes."""
        answer = self._asked("sources_to_targets", answers.valhalla_matrix_request(origins, destinations))
        shape = len(origins), len(destinations)
        return _made(self.name, answer, lambda: answers.valhalla_table(answer, shape))

    def _asked(self, action: str, request: dict[str, Any]) -> Any:
        answer = self.server.asked(action, body=request)
        if not isinstance(answer, dict) or "error_code" not in answer:
            return answer
        said, code = _refused(self.name, answer, "error"), answer["error_code"]
        refusal: TableRefusedError | None = answers.valhalla_refusal(code, said) if isinstance(code, int) else None
        raise refusal or TravelError(said)


def _degrees(points: Points) -> list[tuple[float, float]]:
    return list(zip(points.latitude.tolist(), points.longitude.tolist(), strict=True))


def _made(name: str, answer: Any, make: Callable[[], Made]) -> Made:
    """What is made of an answer; one that is none of this engine fails by name."""
    try:
        return make()
    except (UnusableAnswerError, AttributeError) as error:
        raise TravelError(f"{name}: expected {error}; answered {shortened(str(answer), 200)}") from None


def _refused(name: str, answer: Any, key: str) -> str:
    said = answer.get(key) if isinstance(answer, dict) else None
    return f"{name}: refused: {shortened(str(said or answer), 200)}"
