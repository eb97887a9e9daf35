"""Contiguity: the practices of a hub, or of a network, hang together in the neighbour graph, island by island."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.verify.facts import Case
from optimizer.verify.wording import Violation, breach, plural

_NAMED = 3  # stray practices


def contiguity(case: Case) -> Iterator[Violation]:
    """Of hubs where `hub.contiguous` asks for it, of networks whose model does."""
    if case.prepared.instance.hub.contiguous:
        for hub in case.hubs:
            yield from _whole(case, f"hub {hub.site}", hub.site, hub.members)
    for network in case.networks:
        if case.prepared.models[network.care_model].contiguous:
            practices = [member for hub in case.hubs_of[network.id] for member in hub.members]
            yield from _whole(case, f"network {network.id}", network.id, practices)


def _whole(case: Case, what: str, subject: str, practices: Iterable[str]) -> Iterator[Violation]:
    pieces = case.prepared.neighbours.strays(practices)
    if pieces:
        strays = sorted(practice for piece in pieces for practice in piece)
        named = ", ".join(strays[:_NAMED]) + (", ..." if len(strays) > _NAMED else "")
        message = f"{what} is not contiguous: {plural(len(strays), 'practice')} ({named}) not connected with the others"
        yield breach("contiguity", subject, message, len(strays))
