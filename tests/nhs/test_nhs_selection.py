"""Boards, sub-boards, networks and practices by code and by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from published import write_area

from instances.errors import InputError
from instances.nhs import Selection, import_nhs

A, B = ["A00001", "A00002", "A00003", "A00004"], ["B00001", "B00002"]


@pytest.fixture(scope="module")
def area(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_area(tmp_path_factory.mktemp("area"))


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        (Selection(), A + B),
        (Selection(icb=("QN1",)), A),
        (Selection(icb=("e54000001",)), A),
        (Selection(icb=("NHS North Shire Integrated Care Board",)), A),
        (Selection(icb=("nhs north shire icb",)), A),
        (Selection(icb=("north",)), A),
        (Selection(icb=("QN1", "south shire")), A + B),
        (Selection(sub_icb=("02B",)), B),
        (Selection(sub_icb=("E38000002",)), B),
        (Selection(pcn=("U10001", "Downs")), ["A00001", "A00002", *B]),
        (Selection(pcn=("hill and dale",)), ["A00003"]),
        (Selection(practice=("A00004", "the mill surgery")), ["A00001", "A00004"]),
        (Selection(icb=("QN1",), pcn=("River PCN", "Downs PCN")), ["A00001", "A00002"]),
    ],
)
def test_fits(area: Path, selection: Selection, codes: list[str]) -> None:
    assert [practice.id for practice in import_nhs([area], selection).instance.practices] == codes


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Selection(icb=("NHS Noth Shire",)), "nearest: NHS North Shire Integrated Care Board (QN1)"),
        (Selection(icb=("Kent",)), "there are: NHS North Shire Integrated Care Board (QN1), NHS South Shire"),
        (Selection(icb=("Shire",)), "'Shire' fits 2: NHS North Shire Integrated Care Board (QN1), NHS South Shire"),
        (Selection(sub_icb=("03C",)), "--sub-icb: found '03C': sub-ICB location, by code or name"),
        (Selection(pcn=("U",)), "--pcn: found 'U': primary care network, by code or name"),
        (Selection(pcn=("Unallocated",)), "--pcn: found 'Unallocated': primary care network, by code or name"),
        (Selection(practice=("A0001",)), "--practice: found 'A0001': practice, by code or name"),
        (Selection(practice=("mill surgary",)), "nearest: THE MILL SURGERY (A00001)"),
        (Selection(icb=("QN1",), pcn=("Downs",)), "practices that fit every option; none does"),
        (Selection(icb=("NHS",)), "--icb: found 'NHS': integrated care board, by code or name"),
    ],
)
def test_fits_nothing(area: Path, selection: Selection, said: str) -> None:
    with pytest.raises(InputError) as refusal:
        import_nhs([area], selection)
    assert said in str(refusal.value)


def test_every_word_that_fits_nothing_is_named(area: Path) -> None:
    with pytest.raises(InputError) as refusal:
        import_nhs([area], Selection(icb=("one",), practice=("two", "three")))
    assert [fault.value for fault in refusal.value.faults] == ["one", "two", "three"]
