"""Staff of each practice: the practice-level file of General Practice Workforce, monthly, NHS England."""

from __future__ import annotations

import pandas as pd

from instances.nhs.cells import MEASURES
from instances.nhs.recognise import FileKind, Table

# Roles with a published cost (instances/presets.py). The first GP column counts fully qualified GPs without locums;
# EXTG counts locums too, EXRRL and EXRL are the years before 2020. Columns that count trainees are not taken.
ROLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "gp": ("total_gp_extgl_fte", "total_gp_extg_fte", "total_gp_exrrl_fte", "total_gp_exrl_fte"),
    "nurse": ("total_nurses_fte", "total_nurse_fte"),
    "pharmacist": ("total_dpc_pharma_fte",),
    "physio": ("total_dpc_physio_fte",),
    "paramedic": ("total_dpc_paramed_fte",),
    "splw": ("total_dpc_splw_fte",),
}

KIND = FileKind(
    "workforce",
    "practice workforce (General Practice Workforce, practice level, detailed)",
    {"code": ("prac_code", "practice_code"), **ROLE_COLUMNS},
    required=("code",),
    one_of=tuple(ROLE_COLUMNS),
)


def read_workforce(table: Table) -> pd.DataFrame:
    """Full-time equivalents by code, a column per role in the file; nan = not reported (`ND`)."""
    frame = table.frame()
    roles = [role for role in ROLE_COLUMNS if role in frame]
    fte = {role: table.numbers(frame[role], role, MEASURES) for role in roles}
    return pd.DataFrame(fte).assign(code=frame["code"].str.upper())
