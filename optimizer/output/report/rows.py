"""Rows of tables as data in the page, for plans with thousands of them: the page makes those that are looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from optimizer.output.report.tables import Cell, Row, Table

_LARGEST = 1e300  # JSON has no infinity


@dataclass
class Rows:
    """What the page's tables hold, as the template comes to them."""

    as_data: bool
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def in_page(self, table: Table) -> tuple[Row, ...]:
        """Those to write out; the others go to the data."""
        if not self.as_data:
            return table.rows
        rows = [[row.network, *map(_cell, row.cells)] for row in table.rows]
        self.tables[table.id] = {"columns": list(table.columns), "rows": rows}
        return ()


def _cell(cell: Cell) -> str | list[Any]:
    """[text, order, detail, style] without what is empty at the end; a text alone where there is nothing else."""
    order = None if cell.order == cell.text else cell.order
    if isinstance(order, float):
        order = max(min(order, _LARGEST), -_LARGEST)
        order = int(order) if order.is_integer() and abs(order) < _LARGEST else order
    parts: list[Any] = [cell.text, order, cell.detail, cell.style]
    while len(parts) > 1 and parts[-1] in (None, ""):
        parts.pop()
    return cell.text if len(parts) == 1 else parts
