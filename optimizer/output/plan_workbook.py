"""plan.xlsx: the tables of a plan as sheets to sort, filter and print, with what they cost and rest on.

Text is stored as text, whatever it begins with: nothing in this file runs as a formula.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from instances.workbook import stored_cell
from optimizer.analysis.crossings import crossings
from optimizer.analysis.money import NAMES
from optimizer.analysis.network_tables import network_tables
from optimizer.analysis.room import checks
from optimizer.analysis.staff import staffing
from optimizer.model.certificate import BOUND_FILE
from optimizer.model.plain_text import printable
from optimizer.output.care_models import care_models_of
from optimizer.output.document import PlanDocument
from optimizer.output.equity_part import equity_table
from optimizer.output.money_tables import stated_money_tables
from optimizer.output.neighbourhoods import PERCENT_DECIMALS
from optimizer.output.place_names import PlaceNames
from optimizer.solving.assurance import whose
from optimizer.solving.result import VerifiedPlan
from optimizer.solving.tables import FTE_DECIMALS
from optimizer.verify.money import MONEY, MONEY_TODAY

WORKBOOK_FILE = "plan.xlsx"
_HEADER_FILL = PatternFill("solid", fgColor="FF003087")
_HEADER_FONT = Font(bold=True, color="FFFFFFFF")
_WIDEST, _ROWS_MEASURED = 60, 300
_WHOLE = "#,##0"
_STAFF_FIGURES = ("has", "needs", "lacks", "hires", "market_left")
_FORMATS = {  # by the beginning of a column's name; whole numbers elsewhere
    "mean_km": "0.00",
    "max_km": "0.00",
    "km": "0.00",
    "minutes": "0.0",
    "fte_": "0.00",
    "hires_a_year": _WHOLE,
    "hires_": "0.00",
    "patch_list_share": "0.0%",
    "patch_resident_share": "0.0%",
    "readiness": "0.00",
    "patients_share": "0.0",
    "mean_unlikeness": "0.00",
    "max_unlikeness": "0.00",
    "hub_hires_": "0.00",
    "hospital_fte_": "0.00",
    "needs_": "0.00",
    **dict.fromkeys(_STAFF_FIGURES, "0.00"),
    "value": "#,##0.0",
    "limit": "#,##0.0",
    "room": "#,##0.0",
}


def workbook_bytes(plan: VerifiedPlan, document: PlanDocument) -> bytes:
    """The file: tables, cost, rules and assumptions as sheets, each with a filter and a header that stays."""
    return sheets_bytes(_sheets(plan, document), _format)


def sheets_bytes(sheets: Iterable[tuple[str, pd.DataFrame]], format_of: Callable[[str], str]) -> bytes:
    """A workbook of tables by name; `format_of` has the format of numbers in a column of that name."""
    book = Workbook(write_only=True)
    for name, table in sheets:
        _write(book, name, table, format_of)
    out = io.BytesIO()
    _Writer(book, ZipFile(out, "w", ZIP_DEFLATED)).save()
    return out.getvalue()


class _Writer(ExcelWriter):
    """Openpyxl's without its temporary files, for which there may be no room where there is for the plan."""

    _archive: ZipFile

    def write_worksheet(self, ws: Any) -> None:
        ws.close()
        ws._rels = ws._writer._rels
        self._archive.writestr(ws.path[1:], ws._writer.out.getvalue())
        self.manifest.append(ws)


def _sheets(plan: VerifiedPlan, document: PlanDocument) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "summary", _summary(plan, document)
    yield "assignments", _with_names(plan)
    names = PlaceNames.of(plan.instance).by_id
    yield "hubs", _with(plan.hubs, "lead_name", [_lead_name(n, names) for n in plan.hubs["network"]])
    yield "networks", _with_lead_names(plan.networks, names)
    yield from network_tables(plan.instance, plan.evaluation).items()
    if models := care_models_of(plan.instance, plan.evaluation):
        yield "care_models", pd.DataFrame(map(asdict, models))
    yield from stated_money_tables(plan).items()
    if plan.evaluation.chains is not None:
        yield "chains", plan.chains
    yield from _staff(plan)
    yield "cost", _cost(document)
    rows = [
        (c.tier, c.subject, c.rule, c.value, c.limit, c.room, c.unit) for c in checks(plan.instance, plan.evaluation)
    ]
    yield "rules", pd.DataFrame(rows, columns=["tier", "subject", "rule", "value", "limit", "room", "unit"])
    if plan.instance.boundaries:
        across = pd.DataFrame([vars(each) for each in crossings(plan.instance, plan.evaluation)])
        yield "boundaries", across.rename(columns={"patients": "patients_across", "pounds": "pounds_a_year"})
    if document.equity is not None:
        yield "equity", equity_table(document.equity)
    figures = [(a.key, _words(a.value), a.description) for a in document.assumptions]
    yield "assumptions", pd.DataFrame(figures, columns=["setting", "value", "what_it_is"])


def _staff(plan: VerifiedPlan) -> Iterator[tuple[str, pd.DataFrame]]:
    """FTE of hubs, networks and the plan, where some are asked to have any."""
    found = list(staffing(plan.instance, plan.evaluation))
    if not found:
        return
    places = pd.DataFrame([(of.tier, of.subject, of.role) for of in found], columns=["tier", "subject", "role"])
    figures = [[_rounded(getattr(of, name)) for name in _STAFF_FIGURES] for of in found]
    yield "staff", places.join(pd.DataFrame(figures, columns=list(_STAFF_FIGURES)))


def _rounded(fte: Fraction | None) -> float | None:
    return None if fte is None else round(float(fte), FTE_DECIMALS)


def _summary(plan: VerifiedPlan, document: PlanDocument) -> pd.DataFrame:
    evaluation = plan.evaluation
    rows = [
        ("instance", plan.instance.name),
        ("practices", len(plan.instance.practices)),
        ("patients", sum(practice.patients for practice in plan.instance.practices)),
        ("hubs", len(evaluation.hubs)),
        ("networks", len(evaluation.networks)),
        ("patients in networks, %", round(100 * float(evaluation.coverage), 2)),
        ("independent practices", sum(facts.hub is None and facts.run_by is None for facts in evaluation.practices)),
        *_run_by_trusts(plan),
        *_neighbourhoods(document),
        ("moved practices", sum(facts.moved for facts in evaluation.practices)),
        *_without_consent(plan),
        ("rules broken", len(evaluation.violations)),
        ("objective, pounds a year", round(float(evaluation.objective), 2)),
        *((f"of it {NAMES[kind]}, pounds a year", round(pounds, 2)) for kind, pounds in document.money.items()),
        *_against_today(document),
        *_departures(document),
        (f"{_whose(document)}: no plan costs less than, pounds a year", document.bound),
        ("gap", document.gap),
        *_certified(document),
        *_chains(document),
        ("solver", document.solver),
        *(("warning", warning) for warning in document.warnings),
    ]
    return pd.DataFrame(rows, columns=["what", "figure"], dtype=object)


def _run_by_trusts(plan: VerifiedPlan) -> list[tuple[str, object]]:
    if plan.instance.trust_run is None:
        return []
    return [("practices run by trusts", sum(facts.run_by is not None for facts in plan.evaluation.practices))]


def _neighbourhoods(document: PlanDocument) -> list[tuple[str, object]]:
    """Only where the instance says where patients live."""
    found = document.neighbourhoods
    if found is None or found.in_patch is None:
        return []
    rows: list[tuple[str, object]] = [
        ("patients who live in their hub's patch, %", round(100 * found.in_patch, PERCENT_DECIMALS))
    ]
    if found.today is not None and found.today.in_patch is not None:
        rows.append(("the same of today's groups, %", round(100 * found.today.in_patch, PERCENT_DECIMALS)))
    return [*rows, ("places split between hubs", found.places_split)]


def _cost(document: PlanDocument) -> pd.DataFrame:
    """Terms before weights with what kind of money they are, beside those of today's groups where there are any."""
    rows = [(term, NAMES[MONEY[term]], pounds) for term, pounds in document.terms.items()]
    table = pd.DataFrame(rows, columns=["term", "kind", "pounds_a_year"])
    if document.today is not None:
        today = [document.today.terms[term] for term in document.terms]
        kinds = [NAMES[MONEY_TODAY[term]] for term in document.terms]
        table = table.assign(today_pounds_a_year=today, today_kind=kinds)
    return table


def _against_today(document: PlanDocument) -> list[tuple[str, object]]:
    """What the plan has more than today's groups, by kind of money, and what that says."""
    today = document.today
    if today is None:
        return []
    return [
        *(
            (f"{NAMES[kind]} more than today's groups, pounds a year", round(pounds, 2))
            for kind, pounds in today.money_difference.items()
        ),
        ("objective more than today's groups, pounds a year", round(today.difference, 2)),
        ("what the comparison is", today.comparison),
    ]


def _without_consent(plan: VerifiedPlan) -> list[tuple[str, object]]:
    """Only with the commissioner's last resort; assignments have the grounds."""
    if not plan.instance.policy.last_resort:
        return []
    return [("practices placed without consent", len(plan.evaluation.without_consent))]


def _whose(document: PlanDocument) -> str:
    return "proven" if document.bound is None else whose(document.proof_here, document.solver)


def _certified(document: PlanDocument) -> list[tuple[str, object]]:
    """The bound of bound.json, where there is one."""
    if document.certified_bound is None:
        return []
    by = "certified by" if document.proof_here == "proven" else "claimed in"
    return [(f"{by} {BOUND_FILE}: no plan costs less than, pounds a year", document.certified_bound)]


def _chains(document: PlanDocument) -> list[tuple[str, object]]:
    """Chains of hospitals, beside the plan: their pounds are no part of its objective."""
    part = document.chains
    if part is None:
        return []
    return [
        ("chains of hospitals", len(part.chains)),
        ("objective of the chains, pounds a year", round(part.objective, 2)),
        *((f"of it {term.replace('_', ' ')}, pounds a year", round(pounds, 2)) for term, pounds in part.terms.items()),
        ("proven: no chains cost less than, pounds a year", part.bound),
        ("gap of the chains", part.gap),
    ]


def _departures(document: PlanDocument) -> list[tuple[str, object]]:
    """What keeps the plan close to an earlier one, if something does; the bound is of this and the objective."""
    stated = document.departures
    if stated is None:
        return []
    return [
        ("practices elsewhere than in the earlier plan", stated.practices),
        ("their price, beside the objective, pounds a year", round(stated.pounds, 2)),
    ]


def _with_names(plan: VerifiedPlan) -> pd.DataFrame:
    """assignments.csv with what a reader needs beside it."""
    table = plan.tables["assignments"].copy()
    practices = plan.instance.practices
    table.insert(1, "name", [practice.name for practice in practices])
    table.insert(2, "patients", [practice.patients for practice in practices])
    table["current_group"] = pd.array([practice.current_group for practice in practices], dtype="string")
    names = PlaceNames.of(plan.instance).by_id
    hubs = [None if hub is pd.NA else names.get(hub) for hub in table["hub"]]
    leads = [_lead_name(network, names) for network in table["network"]]
    if "top_up" in plan.assignments:
        table["top_up"] = plan.assignments["top_up"]
    return _with(_with(table, "hub_name", hubs), "lead_name", leads)


def _with(table: pd.DataFrame, column: str, names: list[str | None]) -> pd.DataFrame:
    """With a last column of names, so that all others stay where they are."""
    return table.assign(**{column: pd.array(names, dtype="string")})


def _with_lead_names(networks: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """networks.csv with names of leads, and of partners where there are some."""
    named = _with(networks, "lead_name", [names.get(at) for at in networks["lead"]])
    if "partners" not in networks:
        return named
    ids = [[] if of is pd.NA else of.split(";") for of in networks["partners"]]
    return _with(named, "partner_names", ["; ".join(names.get(id_) or id_ for id_ in of) or None for of in ids])


def _lead_name(network: object, names: Mapping[str, str]) -> str | None:
    """Of a network's id, MODEL:lead; NA where there is none."""
    return names.get(network.partition(":")[2]) if isinstance(network, str) else None


def _words(value: object) -> object:
    """A list in one cell."""
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _write(book: Workbook, name: str, table: pd.DataFrame, format_of: Callable[[str], str]) -> None:
    sheet: Any = book.create_sheet(name)  # the stubs do not know what a write-only sheet can do
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(table.shape[1])}{len(table) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    for k, column in enumerate(table.columns):
        widest = max([len(column) + 3, *(len(str(cell)) for cell in table.iloc[:_ROWS_MEASURED, k])])
        sheet.column_dimensions[get_column_letter(k + 1)].width = min(widest + 2, _WIDEST)
    sheet._writer = WorksheetWriter(sheet, io.BytesIO())
    sheet._writer.write_top()
    sheet.append([_header(sheet, column) for column in table.columns])
    formats = [format_of(column) for column in table.columns]
    for row in table.itertuples(index=False):
        sheet.append([_cell(sheet, value, number) for value, number in zip(row, formats, strict=True)])


def _format(column: str) -> str:
    if column == "figure":  # of the summary: each its own kind
        return "General"
    return next((form for start, form in _FORMATS.items() if column.startswith(start)), _WHOLE)


def _header(sheet: Any, text: str) -> Any:
    cell = stored_cell(sheet, text)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
    cell.alignment = Alignment(vertical="top")
    return cell


def _cell(sheet: Any, value: Any, number_format: str) -> Any:
    if value is None or value is pd.NA or value != value:  # NaN
        return None
    if isinstance(value, str):
        return stored_cell(sheet, printable(value))  # workbooks refuse control characters
    if isinstance(value, bool | np.bool_):
        return bool(value)
    cell: Any = SheetCell(sheet, row=1, column=1, value=value.item() if isinstance(value, np.generic) else value)
    cell.number_format = number_format
    return cell
