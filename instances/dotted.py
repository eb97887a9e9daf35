"""Dotted keys of settings, `care_model.MCP.max_km`, as paths into an instance; used by `settings.py` and workbooks."""

from __future__ import annotations

from typing import Any

from instances.inconsistency import Path
from instances.values import AREA
from instances.wording import node_at


def path_of(key: str, data: dict[str, Any]) -> Path:
    """The path of a dotted key; records are named by `record_name`, which may have dots. Unknown names stay."""
    path: Path = ()
    rest = key
    while rest:
        node = node_at(path) or {}
        if node.get("type") == "array" and path:
            return (*path, *_record_step(rest, _at(data, path)))
        if path and "properties" not in node and node.get("type") == "object":
            return (*path, rest)
        step, _, rest = rest.partition(".")
        path = (*path, step)
    return path


def _record_step(rest: str, records: Any) -> Path:
    """`MCP.max_km` as (1, "max_km") where the second record's id is MCP."""
    ids = [(record_name(record), index) for index, record in enumerate(records or ())]
    for record_id, index in sorted(ids, key=lambda pair: -len(pair[0])):
        if record_id and (rest == record_id or rest.startswith(record_id + ".")):
            inner = rest[len(record_id) + 1 :]
            return (index, inner) if inner else (index,)
    return tuple(rest.rsplit(".", 1))


def record_name(record: Any) -> str:
    """Its id; of a boundary, which has none, its tier and kind of area."""
    if not isinstance(record, dict):
        return ""
    return str(record.get("id", "")) or (f"{record['tier']}.{record.get('area', AREA)}" if "tier" in record else "")


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data
