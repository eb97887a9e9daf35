"""Asking a server for JSON: retried with growing pauses, within a time for all of it; errors name who said what."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from instances.errors import Fault, InputError, shortened
from instances.travel.errors import TravelError

if TYPE_CHECKING:
    import urllib3

EXTRA = 'pip install "caregroup[roads]"'
_ATTEMPTS = 6  # at one request
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 10.0
_LONGEST_SILENCE_S = 60.0  # of a server at work on a table
_MOST_BYTES = 256_000_000  # of an answer
_ANSWERS = (200, 400)  # both engines explain with JSON what they refuse
_PASSING = (429, 500, 502, 503, 504)
_SAID = 200  # characters of an answer in a message


class _PassingError(TravelError):
    """What may be better at the next attempt."""


@dataclass(frozen=True)
class Server:
    """A server at `url`, to be asked for `time_limit` seconds at most, from the first question on."""

    url: str
    time_limit: float

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError([Fault("--server", "an address such as http://localhost:5000", value=self.url)])

    @cached_property
    def _deadline(self) -> float:
        return time.monotonic() + self.time_limit

    @cached_property
    def _pool(self) -> urllib3.PoolManager:
        try:
            import urllib3
        except ImportError:
            raise TravelError(f"Asking a server takes urllib3, which is not installed: {EXTRA}") from None
        return urllib3.PoolManager(headers={"user-agent": "caregroup"}, retries=False)

    def asked(self, path: str, *, body: dict[str, Any] | None = None) -> Any:
        """The JSON of an answer, or of a refusal (HTTP 400). Raises `TravelError`."""
        try:
            from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay
            from tenacity.wait import wait_random_exponential
        except ImportError:
            raise TravelError(f"Asking a server takes tenacity, which is not installed: {EXTRA}") from None
        left = self._deadline - time.monotonic()
        retrying = Retrying(
            retry=retry_if_exception_type(_PassingError),
            stop=stop_before_delay(left) | stop_after_attempt(_ATTEMPTS),
            wait=wait_random_exponential(multiplier=_FIRST_PAUSE_S, max=_LONGEST_PAUSE_S),
            reraise=True,
        )
        return retrying(self._once, f"{self.url.rstrip('/')}/{path}", body)

    def _once(self, url: str, body: dict[str, Any] | None) -> Any:
        status, content = self._fetched(url, body)
        said = shortened(" ".join(content.decode(errors="replace").split()), _SAID)
        if status in _PASSING:
            raise _PassingError(f"{_short(url)}: HTTP {status}: {said}")
        if status not in _ANSWERS:
            raise TravelError(f"{_short(url)}: HTTP {status}: {said}")
        try:
            return json.loads(content)
        except ValueError:
            raise TravelError(f"{_short(url)}: answered what is no JSON: {said}") from None

    def _fetched(self, url: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        pool = self._pool
        import urllib3

        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TravelError(f"{_short(url)}: not done within {self.time_limit:g} s (--time-limit)")
        timeout = urllib3.Timeout(min(left, _LONGEST_SILENCE_S))
        method = "GET" if body is None else "POST"
        try:
            answer = pool.request(method, url, json=body, timeout=timeout, preload_content=False)
            with answer:
                return answer.status, self._content(answer, url)
        except urllib3.exceptions.LocationValueError as error:
            raise InputError([Fault("--server", f"an address ({error})", value=self.url)]) from None
        except urllib3.exceptions.HTTPError as error:
            raise _PassingError(f"{_short(url)}: no answer ({shortened(str(error), _SAID)})") from None

    def _content(self, answer: urllib3.BaseHTTPResponse, url: str) -> bytes:
        """By what has come, so that a server that trickles is stopped in time, too."""
        content = bytearray()
        while chunk := answer.read1(1 << 16):
            content += chunk
            if len(content) > _MOST_BYTES:
                raise TravelError(f"{_short(url)}: an answer of more than {_MOST_BYTES:,} bytes")
            if time.monotonic() > self._deadline:
                raise TravelError(f"{_short(url)}: not done within {self.time_limit:g} s (--time-limit)")
        return bytes(content)


def _short(url: str) -> str:
    """Coordinates of a table are many."""
    return shortened(url, 100)
