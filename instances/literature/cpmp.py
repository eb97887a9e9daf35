"""Capacitated p-median files: `n p`, then `x y capacity demand` a node; every node is a customer and a site."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from instances.errors import Fault, InputError
from instances.literature.common import Imported, Loads, loads, one_tier_instance
from instances.literature.distance import euclidean
from instances.literature.numbers import NumberFile, Word

_FARTHEST = 1_000_000_000  # that a place of an instance may be
_NODE = "x, y, capacity and demand of a node"


def read_cpmp(path: str | Path, *, lower: float = 0.0, floor: bool = False) -> Imported:
    """Practices `1..n` and exactly p hubs of at least `lower`; travel costs the distance, `floor`ed if asked for.

    Raises `InputError` naming file and line.
    """
    file = NumberFile(Path(path))
    p, nodes = _layout(file)
    for word in (word for x, y, _, _ in nodes for word in (x, y) if abs(word.exact) > _FARTHEST):
        file.blame(word.line, f"a coordinate from -{_FARTHEST:,} to {_FARTHEST:,}", word.text)
    figures = loads(file, [node[3] for node in nodes], [node[2] for node in nodes])
    file.refuse()
    least = _least_load(file, lower, figures)
    distances = euclidean([(x.exact, y.exact) for x, y, _, _ in nodes], floor=floor)
    hub = {
        "min": least,
        "max": figures.largest,
        "max_km": math.ceil(max(map(max, distances))) + 2.0,  # beyond all, floored or not
        "hospital_sites": (),
        "count_min": p,
        "count_max": p,
    }
    name = cpmp_name(Path(path), lower, floor=floor)
    instance = one_tier_instance(name, hub, _practices(nodes, figures), _travel(distances))
    return Imported(instance, figures.notes)


def _layout(file: NumberFile) -> tuple[int, list[list[Word]]]:
    """p and the words of each node."""
    head, *nodes = file.lines
    if len(head) != 2:
        file.blame(head[0].line, "number of nodes and number of medians: two numbers", _written(head))
        file.refuse()
    n, p = file.count(head[0], "the number of nodes"), file.count(head[1], "the number of medians")
    file.refuse()
    if p > n:
        file.blame(head[1].line, f"at most as many medians as nodes, {n:,}", head[1].text)
    for node in nodes:
        if len(node) != 4:
            file.blame(node[0].line, f"{_NODE}: four numbers", _written(node))
    if len(nodes) < n:
        last = file.lines[-1][0].line
        file.blame(last, f"{n:,} nodes, as line {head[0].line} says; the file ends here, after {len(nodes):,}")
    elif len(nodes) > n:
        file.blame(nodes[n][0].line, f"the end, after the {n:,} nodes of line {head[0].line}", _written(nodes[n]))
    file.refuse()
    return p, nodes


def _written(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


def _least_load(file: NumberFile, lower: float, figures: Loads) -> int:
    """The lower bound in patients; loads are whole, so that a broken bound is as good as the next whole one."""
    if not math.isfinite(lower) or lower < 0:
        raise InputError([_about_lower(file, lower, "a load, 0 or more")])
    least = math.ceil(Fraction(repr(float(lower))) * figures.scale)
    most = max(figures.capacities)
    if least > most:
        raise InputError([_about_lower(file, lower, f"at most the largest capacity, {most / figures.scale:.15g}")])
    return least


def _about_lower(file: NumberFile, lower: float, expected: str) -> Fault:
    return Fault(file.name, expected, column="lower", value=_short(lower))


def _short(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def cpmp_name(path: Path, lower: float, *, floor: bool) -> str:
    """The file's, with what else makes the problem."""
    variant = [f"lower {_short(lower)}"] * (lower > 0) + ["floor"] * floor
    return f"{path.stem} ({', '.join(variant)})" if variant else path.stem


def _practices(nodes: list[list[Word]], figures: Loads) -> list[dict[str, Any]]:
    rows = zip(nodes, figures.demands, figures.capacities, strict=True)
    return [
        {"id": str(k), "patients": demand, "hub_capacity": capacity, "x_km": float(x.text), "y_km": float(y.text)}
        for k, ((x, y, _, _), demand, capacity) in enumerate(rows, start=1)
    ]


def _travel(distances: list[list[float]]) -> dict[str, Any]:
    """Every node to every node, row by row."""
    ids = [str(k) for k in range(1, len(distances) + 1)]
    return {
        "origin": [i for i in ids for _ in ids],
        "destination": ids * len(ids),
        "cost": [cost for row in distances for cost in row],
    }
