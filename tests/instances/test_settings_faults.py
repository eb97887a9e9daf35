"""What is wrong with a setting, in the exact words."""

from __future__ import annotations

from pathlib import Path

import pytest
from instance_folder import PRACTICES, TOML, faults_of, toml_with, write_folder

KINDS = "one of hub, acute, community, specialist, mental_health, other"
SETTINGS: dict[str, tuple[dict[str, str], list[str]]] = {
    "not a number": (
        toml_with("max = 4000", 'max = 4000\nmax_km = "far"'),
        ["hub.max_km: found 'far': a number of road km, 0 or more"],
    ),
    "delegation without commissioners": (
        toml_with('id = "MCP"', 'id = "MCP"\nneeds_delegated = true'),
        [
            "care_model.MCP.needs_delegated: found 'true': false, or commissioners.csv, which says whose commissioner "
            "is delegated"
        ],
    ),
    "guarantee without core funding": (
        toml_with("[policy]", "[policy]\nguarantee_per_patient = 95"),
        [
            "policy.guarantee_per_patient: found '95': no guarantee, or core funding of at least one practice "
            "(column core_funding_per_patient)"
        ],
    ),
    "typo": (toml_with("target_min", "taget_min"), ["hub.taget_min: not a known name; did you mean 'target_min'?"]),
    "typo in a section": (toml_with("[hub]", "[hubs]"), ["hubs: not a known name; did you mean 'hub'?"]),
    "unlike anything": (toml_with("[hub]", "colour = 3\n[hub]"), ["colour: not a known name"]),
    "true is no number": (
        toml_with("min = 1000", "min = true"),
        ["hub.min: found 'true': a whole number of patients, 0 or more"],
    ),
    "negative": (toml_with("min = 1000", "min = -1"), ["hub.min: found '-1': a whole number of patients, 0 or more"]),
    "half a patient": (
        toml_with("min = 1000", "min = 1000.5"),
        ["hub.min: found '1000.5': a whole number of patients, 0 or more"],
    ),
    "too many patients": (
        toml_with("min = 1000", "min = 100000000000"),
        ["hub.min: found '100000000000': a whole number of patients, 0 or more; at most 1,000,000,000"],
    ),
    "not finite": (
        toml_with("min_per_10k = 3.5", "min_per_10k = nan"),
        ["role.gp.min_per_10k: found 'nan': a number of FTE per 10,000 patients in every hub, 0 or more"],
    ),
    "share above 1": (
        toml_with("max_km = 50.0", "share_max = 1.5"),
        ["care_model.PACS.share_max: found '1.5': a number, 0 to 1"],
    ),
    "min above max": (toml_with("min = 1000", "min = 5000"), ["hub.min: found '5000': at most max, which is 4,000"]),
    "min above max by default": (
        toml_with('id = "MCP"', 'id = "MCP"\nmin = 400000'),
        ["care_model.MCP.min: found '400000': at most max, which is 350,000 by default"],
    ),
    "target_max below target_min by default": (
        toml_with("target_min = 2000\n", ""),
        ["hub.target_max: found '3000': at least target_min, which is 30,000 by default"],
    ),
    "no such preset": (
        toml_with('id = "MCP"', 'id = "East"\npreset = "MCP_FUL"'),
        ["care_model.East.preset: found 'MCP_FUL': the name of a care model for networks; did you mean 'MCP_FULL'?"],
    ),
    "a preset of another tier": (
        toml_with("min = 1000", 'min = 1000\npreset = "MCP"'),
        ["hub.preset: found 'MCP': the name of a care model for hubs, such as PCH; MCP is one for networks"],
    ),
    "a preset of a practice": (
        toml_with('id = "MCP"', 'id = "East"\npreset = "INDEPENDENT"'),
        [
            "care_model.East.preset: found 'INDEPENDENT': the name of a care model for networks, such as FEDERATION; "
            "INDEPENDENT is one for practices"
        ],
    ),
    "shares and counts": (
        toml_with("max_km = 50.0", "share_min = 0.5\nshare_max = 0.2\ncount_min = 3\ncount_max = 2"),
        [
            "care_model.PACS.count_min: found '3': at most count_max, which is 2",
            "care_model.PACS.share_min: found '0.5': at most share_max, which is 0.2",
        ],
    ),
    "coverage": (
        toml_with("[policy]", "[policy]\ncoverage_min = 0.8\ncoverage_max = 0.7"),
        ["policy.coverage_min: found '0.8': at most coverage_max, which is 0.7"],
    ),
    "coverage below its default": (
        toml_with("[policy]", "[policy]\ncoverage_max = 0.3"),
        ["policy.coverage_max: found '0.3': at least coverage_min, which is 0.5 by default"],
    ),
    "no such lead": (
        toml_with('id = "PACS"', 'id = "PACS"\nlead = "cute"'),
        [f"care_model.PACS.lead: found 'cute': {KINDS}"],
    ),
    "a model nobody published": (toml_with('id = "MCP"', 'id = "NEW"'), [f"care_model.NEW.lead: missing; {KINDS}"]),
    "no id": (toml_with('id = "gp"\n', ""), ["role[0].id: missing; an id (text without ;)"]),
    "model twice": (
        toml_with('id = "PACS"', 'id = "MCP"'),
        ["care_model.MCP.id: found 'MCP': an id that no other care model has"],
    ),
    "role twice": (
        toml_with("[[role]]", '[[role]]\nid = "gp"\n[[role]]'),
        ["role.gp.id: found 'gp': an id that no other role has"],
    ),
    "colon in a model": (
        toml_with('id = "MCP"', 'id = "M:P"\nlead = "hub"'),
        ["care_model.M:P.id: found 'M:P': an id (text without ; or :)"],
    ),
    "ratio without staff": (
        toml_with('id = "gp"', 'id = "nurse"'),
        [
            "role.nurse.min_per_10k: found '3.5': FTE of at least one practice (column fte_nurse), a market_fte, "
            "as where nobody has any yet, or no min_per_10k for this role"
        ],
    ),
    "version": (
        toml_with("schema_version = 1", "schema_version = 2"),
        ["schema_version: found '2': 1, the only version of instance files that this caregroup reads"],
    ),
    "minutes without minutes": (
        toml_with("max = 4000", "max = 4000\nmax_minutes = 20"),
        ["hub.max_minutes: found '20': no limit in minutes, or a travel table with a column minutes"],
    ),
    "groups of practices": (
        toml_with('[["A", "B"]]', '[["A", "Z"], ["A"]]\nkeep_apart = [["C", "C"]]'),
        [
            "policy.keep_together[0][1]: found 'Z': the id of a practice",
            "policy.keep_together[1]: found 'A': two or more practices, each once",
            "policy.keep_apart[0]: found 'C; C': two or more practices, each once",
        ],
    ),
    "together and apart": (
        toml_with('[["A", "B"]]', '[["A", "B"], ["B", "C"]]\nkeep_apart = [["A", "C"]]'),
        ["policy.keep_apart[0]: found 'A; C': practices that keep_together does not put in one hub"],
    ),
    "a list in place of lists": (
        toml_with('[["A", "B"]]', '["A"]'),
        ["policy.keep_together[0]: found 'A': a list, each entry an id (text without ;)"],
    ),
    "respect_areas": (
        toml_with("[policy]", "[policy]\nrespect_areas = 7"),
        ["policy.respect_areas: found '7': true or false or one of hubs, networks"],
    ),
    "no hub where one must be": (
        {"instance": TOML + 'must_open = ["A", "H"]\n'},
        [
            "policy.must_open[1]: found 'H': a place where a hub can be: can_host_hub, and hub.hospital_sites if it is "
            "a hospital"
        ],
    ),
    "sites": (
        {"instance": TOML + 'must_open = ["A", "Q"]\nmust_not_open = ["R", "A"]\n'},
        [
            "policy.must_open[1]: found 'Q': the id of a practice or hospital",
            "policy.must_not_open[0]: found 'R': the id of a practice or hospital",
            "policy.must_open[0]: found 'A': a site that is not in must_not_open",
        ],
    ),
    "fixed and barred hubs": (
        {"instance": TOML + 'fixed_hub = {A = "Z", Y = "B", B = "H"}\nbarred_hub = {A = ["X"], B = ["H"]}\n'},
        [
            "policy.fixed_hub.Y: found 'Y': the id of a practice",
            "policy.fixed_hub.A: found 'Z': the id of a practice or hospital",
            "policy.barred_hub.A[0]: found 'X': the id of a practice or hospital",
            "policy.fixed_hub.B: found 'H': a site that barred_hub does not bar for it",
        ],
    ),
    "fixed networks": (
        {"instance": TOML + '[policy.fixed_network]\nA = "MCP:A"\nB = "MPC"\nC = "PACS:U"\nD = "PACS"\n'},
        [
            "policy.fixed_network.D: found 'D': the id of a practice",
            "policy.fixed_network.B: found 'MPC': MODEL:lead or MODEL, with a care model's id; did you mean 'MCP'?",
            "policy.fixed_network.C: found 'PACS:U': MODEL:lead, where the lead is the id of a practice or hospital",
        ],
    ),
    "partners the wrong way round": (
        toml_with("max_km = 50.0", 'partner_kinds = ["acute"]\npartners_min = 3\npartners_max = 2'),
        ["care_model.PACS.partners_min: found '3': at most partners_max, which is 2"],
    ),
    "partners of no kind": (
        toml_with("max_km = 50.0", "partners_min = 1"),
        ["care_model.PACS.partners_min: found '1': 0, or kinds of hospital in partner_kinds"],
    ),
    "partners of an unknown kind": (
        toml_with("max_km = 50.0", 'partner_kinds = ["cottage"]'),
        [
            "care_model.PACS.partner_kinds[0]: found 'cottage': "
            "one of acute, community, specialist, mental_health, other"
        ],
    ),
    "too much": (
        toml_with("max = 4000", "max = 4000\nrunning_cost = 1e308"),
        ["hub.running_cost: found '1e+308': a number of pounds a year, 0 or more; at most 1e+30"],
    ),
    "next to nothing": (
        toml_with("[hub]", "horizon_years = 1e-300\n[hub]"),
        ["horizon_years: found '1e-300': a number, above 0"],
    ),
    "a list as an id": (
        toml_with('id = "MCP"', 'id = ["MCP"]'),
        ["care_model[0].id: found \"['MCP']\": an id (text without ; or :)", f"care_model[0].lead: missing; {KINDS}"],
    ),
    "a table as an id": (
        toml_with('id = "gp"', "id = {a = 1}"),
        ["role[0].id: found \"{'a': 1}\": an id (text without ;)"],
    ),
    "no file of practices": (
        toml_with("[hub]", 'practices = ""\n[hub]'),
        ["practices: found '': the name of a CSV file"],
    ),
    "file name": (toml_with("[hub]", "hospitals = 3\n[hub]"), ["hospitals: found '3': the name of a CSV file"]),
    "not TOML": ({"instance": "hub min = 3\n"}, ["row 1: valid TOML (Expected '=' after a key in a key/value pair)"]),
    "key twice": (toml_with("min = 1000", "min = 1\nmin = 2"), ["row 6: valid TOML (a key is given twice)"]),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_faults_in_settings(tmp_path: Path, case: str) -> None:
    changed, messages = SETTINGS[case]
    found = faults_of(write_folder(tmp_path, **changed))
    assert found == [f"instance.toml, {message}" for message in messages]


def test_areas_that_are_to_be_respected(tmp_path: Path) -> None:
    rules = TOML.replace("[hub]", '[hub]\nhospital_sites = ["acute"]') + "respect_areas = true\n"
    without = faults_of(write_folder(tmp_path / "none", instance=rules))
    assert without == [
        "practices.csv: a column area, as policy.respect_areas is on",
        "hospitals.csv, row 2, area: found '': an area, as policy.respect_areas is on",
    ]
    some = PRACTICES.replace("fte_gp", "fte_gp,area").replace(",1.5", ",1.5,East").replace("PACS,\n", "PACS,,\n")
    assert faults_of(write_folder(tmp_path / "some", instance=rules, practices=some)) == [
        "practices.csv, row 3, area: found '': an area, as policy.respect_areas is on",
        "practices.csv, row 4, area: found '': an area, as policy.respect_areas is on",
        "hospitals.csv, row 2, area: found '': an area, as policy.respect_areas is on",
    ]
