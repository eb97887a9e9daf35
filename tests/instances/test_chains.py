"""Chains in files: who may be in one and lead it, what goes through every format, what is refused in which words."""

from __future__ import annotations

from pathlib import Path

import pytest
from instance_folder import TOML, faults_of, write_folder

from instances import Instance
from instances.assumptions import assumptions

HOSPITALS = """id,kind,latitude,longitude,chain_beds,chain_debt,can_join_chain
H,acute,52.2,-1.1,100,1.5,
I,community,52.2,-1.1,40,-2,
J,community,52.2,-1.1,900,0,
K,specialist,52.2,-1.1,,3,
L,specialist,52.2,-1.1,60,,true
M,acute,52.2,-1.1,,,false
"""
CHAIN = """
[chain]
features = {beds = 1, kind = 0.5}
join_max = {beds = 200}
lead_min = {beds = 60}
"""


def folder(at: Path, hospitals: str = HOSPITALS, chain: str = CHAIN) -> Path:
    return write_folder(at, instance=TOML + chain, hospitals=hospitals)


def test_who_may_be_in_a_chain_and_lead_it(tmp_path: Path) -> None:
    instance = Instance.read(folder(tmp_path))
    assert instance.chain is not None
    assert [hospital.id for hospital in instance.chain_hospitals] == ["H", "I", "L"]
    assert [h.id for h in instance.chain_hospitals if instance.chain.can_lead(h)] == ["H", "L"]
    assert "chain.members_max" in {assumption.key for assumption in assumptions(instance)}


@pytest.mark.parametrize("suffix", ["toml", "json", "xlsx"])
def test_chains_go_through_every_format(tmp_path: Path, suffix: str) -> None:
    instance = Instance.read(folder(tmp_path / "from"))
    instance.write(tmp_path / f"to.{suffix}")
    again = Instance.read(tmp_path / f"to.{suffix}")
    assert again == instance
    assert again.sha256 == instance.sha256
    assert Instance.from_frames(**instance.frames()) == instance


def test_an_instance_without_chains_has_the_hash_that_it_had(tmp_path: Path) -> None:
    plain = Instance.read(write_folder(tmp_path))
    stated = plain.model_copy(update={"chain": None})
    assert plain.sha256 == stated.sha256 != Instance.read(folder(tmp_path)).sha256
    assert plain.chain_hospitals == ()


MAY = "and the hospital may be in a chain; or can_join_chain = false"
FAULTS = {
    "no such feature": (
        HOSPITALS,
        CHAIN.replace("{beds = 1,", "{bed = 1,"),
        "instance.toml, chain.features.bed: found '1': a feature that hospitals have: there is no column chain_bed; "
        "did you mean 'beds'?",
    ),
    "no such setting": (
        HOSPITALS,
        CHAIN + "[chain.oops]\n",
        "instance.toml, chain.oops: not a known name",
    ),
    "a feature that is not stated": (
        HOSPITALS.replace("60,,true", ",,true"),
        CHAIN,
        f"hospitals.csv, row 6, chain_beds: found '': a number, as chain.features names it {MAY}",
    ),
    "a size that is not stated": (
        HOSPITALS.replace("40,-2,", ",-2,"),
        CHAIN,
        f"hospitals.csv, row 3, chain_beds: found '': a number, as chain.join_max names it {MAY}",
    ),
    "words": (
        HOSPITALS.replace("40,-2,", "some,-2,"),
        CHAIN,
        "hospitals.csv, row 3, chain_beds: found 'some': a number",
    ),
    "a column without a name": (
        HOSPITALS.replace("chain_debt", "chain_"),
        CHAIN,
        "hospitals.csv, row 1, chain_: a feature's name after chain_",
    ),
    "kind twice": (
        HOSPITALS.replace("chain_debt", "chain_kind"),
        CHAIN,
        "hospitals.csv, row 2, chain_kind: found '1.5': a feature of another name: kind is the column kind",
    ),
    "negative weight": (
        HOSPITALS,
        CHAIN.replace("kind = 0.5", "kind = -0.5"),
        "instance.toml, chain.features.kind: found '-0.5': a number, 0 or more",
    ),
    "no weight": (
        HOSPITALS,
        CHAIN.replace("{beds = 1, kind = 0.5}", "{beds = 0}"),
        "instance.toml, chain.features: found 'beds': a feature with a weight above 0",
    ),
    "limits the wrong way round": (
        HOSPITALS,
        CHAIN + "members_min = 3\nmembers_max = 2\n",
        "instance.toml, chain.members_min: found '3': at most members_max, which is 2",
    ),
    "a chain of one": (
        HOSPITALS,
        CHAIN + "members_min = 1\n",
        "instance.toml, chain.members_min: found '1': a whole number, 2 or more",
    ),
    "too few hospitals": (
        HOSPITALS,
        CHAIN + "members_min = 4\n",
        "instance.toml, chain.members_min: found '4': at most the number of hospitals that may be in a chain, "
        "which is 3",
    ),
}


@pytest.mark.parametrize(("hospitals", "chain", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_is_refused(tmp_path: Path, hospitals: str, chain: str, fault: str) -> None:
    assert fault in faults_of(folder(tmp_path, hospitals, chain))
