"""Practices of a selection with all that the files say of them: one row each, joined by code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from instances.errors import Fault, InputError
from instances.nhs import deprivation, list_sizes, payments, practice_map, workforce
from instances.nhs.cells import district, sector
from instances.nhs.days import written
from instances.nhs.names import shown
from instances.nhs.postcodes import Places
from instances.nhs.recognise import FileKind, Found, Table
from instances.nhs.report import Report
from instances.nhs.select import Selection, selected

# Lists that nobody chooses: prisons, and schemes for patients removed from other lists.
_SPECIAL = re.compile(
    r"\bHMP\b|\bPRISON|SPECIAL ALLOCATION|\bSAS\b|\bVIOLENT PATIENT|\bIRC\b|REMOVAL CENTRE", re.IGNORECASE
)


@dataclass(frozen=True)
class Wishes:
    """What the files leave to choose."""

    least_patients: int = 500  # shorter lists are services for a few, or closing
    keep_special: bool = False  # prisons and special allocation schemes
    weighted: bool = False  # Carr-Hill weighted patients in place of registered ones


def open_practices(found: Found, selection: Selection, wishes: Wishes, report: Report) -> pd.DataFrame:
    """`code, name, postcode, pcn, pcn_name, sub_icb, ..., patients`: practices that a plan should group."""
    every, source, day = _newest_map(required(found, practice_map.KIND), report)
    chosen = selected(every, selection, source)
    report.in_map, report.selected = len(every), len(chosen)
    patients, lists, lists_day = _newest_lists(required(found, list_sizes.KIND), report)
    _compare(every, source, day, patients, lists, lists_day, report)
    chosen = chosen.assign(patients=chosen["code"].map(patients).round(), name=chosen["name"].map(shown))
    apart = " or under another code then" * _other_months(day, lists_day)
    chosen = report.drop(chosen, chosen["patients"].isna(), f"not in {lists}: no list, so closed{apart}")
    chosen = report.drop(chosen, chosen["patients"] == 0, "no patients: closed")
    if not wishes.keep_special:
        special = chosen["name"].str.contains(_SPECIAL)
        chosen = report.drop(chosen, special, "prison or special allocation scheme, by its name (--keep-special)")
    short = chosen["patients"] < wishes.least_patients
    chosen = report.drop(chosen, short, f"fewer than {wishes.least_patients:,} patients (--least-patients)")
    report.joined("list size", lists, (), "")
    _refuse_none(chosen, report)
    return chosen


def _compare(
    every: pd.DataFrame,
    source: str,
    day: pd.Timestamp,
    patients: pd.Series[float],
    lists: str,
    lists_day: pd.Timestamp,
    report: Report,
) -> None:
    """Warns of a map and lists of two months, and of patients whose practice the map lacks."""
    if _other_months(day, lists_day):
        report.warnings.append(
            f"{source} is of {written(day)}, {lists} of {written(lists_day)}: a practice that got another code in "
            "between is without a list here, and its patients are missing; take both of one month"
        )
    unknown = patients[(patients > 0) & ~patients.index.isin(every["code"])]
    if len(unknown):
        codes = _listed(unknown.sort_values(ascending=False, kind="stable").index.to_series())
        report.warnings.append(
            f"{unknown.sum():,.0f} patients in {lists} are of practices that {source} lacks "
            f"({len(unknown):,}: {codes}); they are in no practice of this instance"
        )


def _other_months(one: pd.Timestamp, other: pd.Timestamp) -> bool:
    return not (pd.isna(one) or pd.isna(other)) and (one.year, one.month) != (other.year, other.month)


def required(found: Found, kind: FileKind) -> list[Table]:
    """The tables of a kind; raises if there is none."""
    tables = found.tables[kind.id]
    if not tables:
        raise InputError([Fault("--data", f"a file of {kind.expected}{found.unknown}")])
    return tables


def only(found: Found, kind: FileKind) -> Table | None:
    """The one table of a kind; several are for the user to choose from."""
    tables = found.tables[kind.id]
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        raise InputError([Fault("--data", f"one file of {kind.title}, not {len(tables)}", value=names)])
    return tables[0] if tables else None


def _newest_map(tables: Sequence[Table], report: Report) -> tuple[pd.DataFrame, str, pd.Timestamp]:
    """The rows of the newest extract, one per practice, the file's name and day."""
    frames = [practice_map.read_map(table, report.notes) for table in tables]
    at = newest([frame["day"].max() for frame in frames], tables, report)[0]
    frame, table = frames[at], tables[at]
    frame = of_day(frame, frame["day"].max(), table, report)
    once = _once(frame, table, report)
    report.files.append((practice_map.KIND.title, f"{table.name}{_dated(frame['day'].max())}"))
    return once.reset_index(names="row").assign(file=table.name), table.name, frame["day"].max()


def _newest_lists(tables: Sequence[Table], report: Report) -> tuple[pd.Series[float], str, pd.Timestamp]:
    """Patients by code in the newest extract, the files' names and day."""
    read = [(table, frame) for table in tables if len(frame := list_sizes.read_lists(table, report.notes))]
    if not read:
        raise InputError([Fault("--data", f"rows of practices in a file of {list_sizes.KIND.title}")])
    tables, frames = [table for table, _ in read], [frame for _, frame in read]
    days = [frame["day"].max() for frame in frames]
    at = newest(days, tables, report)
    names = ", ".join(tables[k].name for k in at)
    report.files.append((list_sizes.KIND.title, f"{names}{_dated(days[at[0]])}"))
    latest = [of_day(frames[k], days[k], tables[k], report) for k in at]
    return list_sizes.totals(latest, names), names, days[at[0]]


def newest(days: Sequence[pd.Timestamp], tables: Sequence[Table], report: Report) -> list[int]:
    """Which tables are of the newest day; the others are noted."""
    latest = max((day for day in days if not pd.isna(day)), default=pd.NaT)
    at = [k for k, day in enumerate(days) if day == latest or pd.isna(latest)]
    older = [tables[k].name for k in range(len(tables)) if k not in at]
    if older:
        report.notes.append(f"{', '.join(older)}: not used, as there is a newer extract")
    return at


def _once(frame: pd.DataFrame, table: Table, report: Report) -> pd.DataFrame:
    """The first row of each code."""
    codes = frame["code"][frame["code"].duplicated()]
    if len(codes):
        report.notes.append(f"{table.name} has {_listed(codes)} more than once: the first row counts")
    return frame.drop_duplicates("code")


def of_day(frame: pd.DataFrame, day: pd.Timestamp, table: Table, report: Report) -> pd.DataFrame:
    """The rows of the newest day; practices that have none are noted."""
    if pd.isna(day):
        return frame
    newest = frame[frame["day"] == day]
    gone = frame["code"][~frame["code"].isin(newest["code"])]
    if len(gone):
        report.notes.append(f"{table.name} has no row of {written(day)} for {_listed(gone)}: not used")
    return newest


def _dated(day: pd.Timestamp) -> str:
    return "" if pd.isna(day) else f" ({written(day)})"


def _refuse_none(practices: pd.DataFrame, report: Report) -> None:
    if practices.empty:
        reasons = "; ".join(f"{len(dropped.practices):,} {dropped.reason}" for dropped in report.dropped)
        raise InputError([Fault("--data", f"practices with patients; the selection has none ({reasons})")])


def with_staff(practices: pd.DataFrame, found: Found, report: Report) -> pd.DataFrame:
    """A column `fte_<role>` for each role that any practice reports; nan = not reported."""
    table = only(found, workforce.KIND)
    if table is None:
        report.notes.append(f"No file of {workforce.KIND.title}: no rule on staff")
        return practices
    report.files.append((workforce.KIND.title, table.name))
    fte = _once(workforce.read_workforce(table), table, report).set_index("code")
    reported = fte.reindex(practices["code"])
    for role in fte.columns:
        if reported[role].isna().all():
            report.notes.append(f"{table.name}: no practice reports FTE of {role}, which plays no part")
            continue
        practices = practices.assign(**{f"fte_{role}": reported[role].to_numpy()})
        lacking = practices["code"][practices[f"fte_{role}"].isna()]
        report.joined(
            f"FTE of {role}", f"{table.name}: {table.headers[role]}", lacking, "the others' average a patient"
        )
    return practices


def with_deprivation(practices: pd.DataFrame, found: Found, report: Report) -> pd.DataFrame:
    """A column `deprivation`, nan where there is no score."""
    table = only(found, deprivation.KIND)
    if table is None:
        report.notes.append(f"No file of {deprivation.KIND.title}: all practices count as average")
        return practices.assign(deprivation=float("nan"))
    scores = deprivation.read_deprivation(table, set(practices["code"]))
    report.files.append((deprivation.KIND.title, f"{table.name}: {scores.indicator}"))
    made = practices.assign(deprivation=practices["code"].map(scores.by_code))
    lacking = made["code"][made["deprivation"].isna()]
    report.joined("deprivation", f"{table.name}: {scores.indicator}", lacking, "counted as average")
    return made


def with_payments(practices: pd.DataFrame, found: Found, wishes: Wishes, report: Report) -> pd.DataFrame:
    """Columns `rural` and `other_postcode`; weighted patients if they are wished for."""
    table = only(found, payments.KIND)
    if table is None:
        if wishes.weighted:
            raise InputError([Fault("--weighted", f"a file of {payments.KIND.expected}")])
        report.notes.append(
            f"No file of {payments.KIND.title}: which sites are rural follows from hub.rural_reach_patients"
        )
        return practices.assign(rural=None, other_postcode="")
    report.files.append((payments.KIND.title, table.name))
    rows = payments.read_payments(table).set_index("code").reindex(practices["code"]).set_axis(practices.index)
    made = practices.assign(rural=rows["rural"], other_postcode=rows["postcode"].fillna(""))
    unclear = made["code"][made["rural"].isna()]
    report.joined("rural or urban", table.name, unclear, "by hub.rural_reach_patients")
    return _weighted(made, rows["weight"], table.name, report) if wishes.weighted else made


def _weighted(practices: pd.DataFrame, weight: pd.Series[float], source: str, report: Report) -> pd.DataFrame:
    """Patients x the practice's weight of the payments' year; 1 where it is unknown."""
    report.joined("weight of a patient", source, practices["code"][weight.isna()], "1: as many as registered")
    return practices.assign(patients=(practices["patients"] * weight.fillna(1.0)).round())


def with_places(practices: pd.DataFrame, places: Places, found: Found, report: Report) -> pd.DataFrame:
    """Columns `latitude` and `longitude`; a practice whose district is unknown as well is left out."""
    postcode, other = practices["postcode"], practices["other_postcode"]
    at = places.exact.reindex(postcode).set_index(practices.index)
    lacking = practices["code"][at["latitude"].isna()]
    report.joined("coordinates", places.source, lacking, "see below" if len(lacking) else "")
    steps = (
        ("the middle of its postcode sector", places.by_sector.reindex(postcode.map(sector))),
        ("its postcode in the payments", places.exact.reindex(other)),  # of another year: it may have moved
        ("the middle of its postcode district", places.by_district.reindex(postcode.map(district))),
    )
    for said, stand_in in steps:
        filled = at.fillna(stand_in.set_index(practices.index))
        gained = practices[at["latitude"].isna() & filled["latitude"].notna()]
        if len(gained):
            pairs = [f"{code} ({postcode})" for code, postcode in zip(gained["code"], gained["postcode"], strict=True)]
            report.notes.append(f"Placed at {said}, as the postcode is not in {places.source}: {', '.join(pairs)}")
        at = filled
    placed = practices.join(at)
    nowhere = f"its postcode is not in {places.source}, nor one near it"
    placed = report.drop(placed, placed["latitude"].isna(), nowhere)
    if placed.empty:
        expected = f"places of the practices' postcodes; it has none of theirs, nor one near them{found.unknown}"
        raise InputError([Fault(places.source, expected, value=", ".join(postcode.unique()[:5]))])
    return placed


def _listed(codes: pd.Series[str]) -> str:
    names = list(dict.fromkeys(codes))
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
