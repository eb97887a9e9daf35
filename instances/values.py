"""What a cell or a setting can be: texts, ids, numbers and their limits, and what is refused of each."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from instances.sheet_errors import is_sheet_error


def _plain_number(value: Any) -> Any:
    """Refuse what Python would take for a number and a planner would not: true, 12_345."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        raise ValueError("a number")
    return value


def _no_point_for_thousands(value: Any) -> Any:
    """Text such as 12.000, which is twelve thousand in half of Europe and would be read as twelve."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}(\.0{3})+", value.strip()):
        raise ValueError("a whole number without a point")
    return value


def _no_minus_zero(value: float) -> float:
    return value + 0.0  # -0.0 equals 0.0 but would hash differently


def one_line(value: Any) -> Any:
    """Spaces at the ends, doubled spaces and line breaks carry no meaning and do not survive every file format."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _no_sheet_error(value: str) -> str:
    """An id or a name that is one would be refused when it is read back from a table."""
    if is_sheet_error(value):
        raise PydanticCustomError("spreadsheet_error", "an error of a spreadsheet is no value")
    return value


def _blank_is_none(value: Any) -> Any:
    return one_line(value) or None


def _blank_is_unnamed(value: Any) -> Any:
    return one_line(value) or UNNAMED


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _as_one_word(value: Any) -> Any:
    """`Requires improvement`, as the regulator writes it, is requires_improvement."""
    return "_".join(value.lower().split()) if isinstance(value, str) else value


TRUST_RUN = "TRUST_RUN"  # what a practice refuses that no trust shall run: no care model, and no id of one
UNNAMED = "unnamed"
_UNPRINTABLE = r"\x00-\x1f\x7f\u{fffe}\u{ffff}"  # control characters, which no spreadsheet can hold
AREA = "area"  # the kind of area that has a column of its own
HospitalKind = Literal["acute", "community", "specialist", "mental_health", "other"]
Rating = Annotated[Literal["outstanding", "good", "requires_improvement", "inadequate"], BeforeValidator(_as_one_word)]
_VALUE = AfterValidator(_no_sheet_error)
Reference = Annotated[str, Field(min_length=1, pattern=rf"^[^;{_UNPRINTABLE}]+$")]  # `;` separates ids in a cell
Id = Annotated[Reference, _VALUE]
CareModelId = Annotated[str, Field(min_length=1, pattern=rf"^[^;:{_UNPRINTABLE}]+$"), _VALUE]  # `:` parts MODEL:lead
Text = Annotated[str, BeforeValidator(one_line), Field(pattern=rf"^[^{_UNPRINTABLE}]*$"), _VALUE]
Title = Annotated[Text, BeforeValidator(_blank_is_unnamed)]
Name = Annotated[Text, Field(min_length=1)]
Label = Annotated[Text | None, BeforeValidator(_blank_is_none)]
PresetName = Annotated[Label, Field(description="a published care model, whose figures go before these defaults")]
PLAIN, _SIGN = BeforeValidator(_plain_number), AfterValidator(_no_minus_zero)
_FAR, _MUCH, _LITTLE = 1e9, 1e30, 1e-9  # products and quotients of what is in between are finite
Number = Annotated[float, Field(ge=-_FAR, le=_FAR), PLAIN, _SIGN]
Positive = Annotated[float, Field(ge=_LITTLE, le=_MUCH), PLAIN, _SIGN]
Amount = Annotated[float, Field(ge=0, le=_MUCH), PLAIN, _SIGN]
Share = Annotated[float, Field(ge=0, le=1), PLAIN, _SIGN]
Latitude = Annotated[float, Field(ge=-90, le=90), PLAIN, _SIGN]
Longitude = Annotated[float, Field(ge=-180, le=180), PLAIN, _SIGN]
ContractChange = Annotated[int, Field(ge=0, le=3), PLAIN]
Patients = Annotated[int, Field(ge=0, le=1_000_000_000), PLAIN, BeforeValidator(_no_point_for_thousands)]
Members = Annotated[int, Field(ge=2, le=1_000_000_000), PLAIN, BeforeValidator(_no_point_for_thousands)]
