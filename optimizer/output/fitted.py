"""Tables that lose nothing on a narrow screen: where the columns do not fit, each row is told line by line."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_ROOMY = 10_000  # characters: wider than any table


def fitted_table(title: str, *columns: str) -> FittedTable:
    """A table without rows yet; columns of numbers are marked with `#`."""
    table = FittedTable(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        table.add_column(column.removeprefix("#"), justify="right" if column.startswith("#") else "left")
    return table


class FittedTable(Table):
    """A table whose numbers are never cut and whose words are folded; as records where not even that fits."""

    def add_column(self, header: str = "", *, justify: str = "left") -> None:  # type: ignore[override]
        """`justify="right"` is for numbers, which stay on one line."""
        is_number = justify == "right"
        super().add_column(header, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        least = Measurement.get(console, options.update(width=_ROOMY), self).minimum
        if least <= options.max_width or not self.rows:
            yield from super().__rich_console__(console, options)
        else:
            yield self._records()

    def _records(self) -> Group:
        """Each row as its first cell and, below, the others with their headers."""
        lines: list[Text | Padding] = [Text(str(self.title), style="bold")] if self.title else []
        columns = [(str(column.header), [str(cell) for cell in column.cells]) for column in self.columns]
        for k, row in enumerate(self.rows):
            style = row.style or ""
            (_, first), *others = columns
            lines.append(Text(first[k], style=style))
            said = [f"{header}: {cells[k]}" if header else cells[k] for header, cells in others if cells[k]]
            lines += [Padding(Text(one, style=style), (0, 0, 0, 2), expand=False) for one in said]
        if self.caption:
            lines.append(Text(str(self.caption)))
        return Group(*lines)
