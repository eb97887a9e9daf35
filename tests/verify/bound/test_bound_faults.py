"""What a bound.json may not say, and how that is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bound_support import hamlet

from instances import InputError
from optimizer.model.certificate import Certificate
from optimizer.verify.bound import recheck

LEAF = {"prices": [0], "bound": 1.0}
PRICES = {"practice": {"ZP01": 100.0}, "slots": [{"low": 1.0}, {"high": -1.0}]}
WHOLE = {"schema_version": 1, "bound": 1.0, "root_bound": 1.0, "root": [0], "prices": [PRICES], "tree": LEAF}


def split(branch: dict[str, Any], *children: dict[str, Any]) -> dict[str, Any]:
    return {"tree": {"branch": branch, "children": list(children)}}


def read(folder: Path, changes: dict[str, Any]) -> Certificate:
    (folder / "bound.json").write_text(json.dumps(WHOLE | changes))
    return Certificate.read(folder / "bound.json")


def test_a_certificate_is_read_as_it_was_written(tmp_path: Path) -> None:
    branch = {"kind": "leads", "slot": 0, "split": ["ZP01"]}
    written = read(tmp_path, split(branch, LEAF, LEAF, {"prices": [], "bound": None}))
    (tmp_path / "again.json").write_text(written.to_json())
    assert Certificate.read(tmp_path / "again.json") == written
    assert [leaf.bound for leaf in written.leaves()] == [1.0, 1.0, None]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prices": [{"group": {"ZG-MID": 1.0}}]}, "prices.0.group.ZG-MID: found '1.0'"),
        ({"prices": [{"market": {"gp": 0.5}}]}, "prices.0.market.gp"),
        ({"prices": [{"slots": [{"low": -1.0}]}]}, "prices.0.slots.0.low"),
        ({"prices": [{"slots": [{"high": 1.0}]}]}, "prices.0.slots.0.high"),
        ({"prices": [{"slots": [{"lead": -1.0}]}]}, "prices.0.slots.0.lead"),
        ({"prices": [{"cuts": [{"practices": ["ZP01", "ZP02", "ZP03"], "price": 1.0}]}]}, "prices.0.cuts.0.price"),
        ({"prices": [{"cuts": [{"practices": ["ZP01", "ZP02"], "price": -1.0}]}]}, "prices.0.cuts.0.practices"),
        ({"prices": [{"practise": {}}]}, "prices.0.practise"),
        ({"prices": [{"practice": {"ZP01": "NaN"}}]}, "prices.0.practice.ZP01"),
        (split({"kind": "size", "slot": 0}), "tree.split.branch"),
        (split({"kind": "count", "slot": -1, "at": 0}), "tree.split.branch.count.slot"),
        ({"tree": {"prices": [0]}}, "tree.leaf.bound: this key"),
        ({"root": [-1]}, "root.0"),
    ],
)
def test_what_the_format_refuses(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path, changes)
    assert words in str(refused.value)
    assert "bound.json" in str(refused.value)


def cut(*practices: str) -> dict[str, Any]:
    return {"prices": [PRICES | {"cuts": [{"practices": practices, "price": -1.0}]}]}


ASSIGN = {"kind": "assign", "practice": "ZP01", "sites": ["ZP01"]}
COUNT = {"kind": "count", "slot": 0, "at": 0}
SITE = {"kind": "site", "site": "ZP01"}
HUBS = {"kind": "hubs", "slots": [0, None], "at": 1}
NETWORK = {"kind": "network", "site": "ZP01", "slot": None}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prices": [PRICES | {"practice": {"ZP99": 1.0}}]}, "prices.0.practice: found 'ZP99': a practice"),
        ({"prices": [PRICES | {"group": {"ZG": -1.0}}]}, "prices.0.group: found 'ZG'"),
        ({"prices": [PRICES | {"market": {"nurse": -1.0}}]}, "prices.0.market: found 'nurse'"),
        (cut("ZP01", "ZP02", "X"), "prices.0.cuts.0.practices: found 'ZP01, ZP02, X': three practices"),
        (cut("ZP01", "ZP02", "ZP02"), "prices.0.cuts.0.practices: found 'ZP01, ZP02, ZP02': three practices"),
        ({"prices": [PRICES | {"hubs": -1.0}]}, "prices.0.hubs: found '-1.0': no negative price"),
        ({"prices": [PRICES | {"practice": {"ZP01": 1e15}}]}, "prices: prices and costs of at most"),
        ({"prices": [PRICES | {"slots": [{}]}]}, "root: found '0, which has 1': prices of 2 slots"),
        ({"prices": [PRICES | {"slots": [{}, {"lead": 1.0}]}]}, "no lead price for PACS"),
        ({"root": [1]}, "root: found '1': one of the 1 prices"),
        ({"root": []}, "root: found 'none': prices"),
        ({"tree": {"prices": [], "bound": None}}, "tree.prices: found 'none': prices, as the case may have plans"),
        (split(COUNT, LEAF), "tree.children: found '1': 2 cases"),
        (split(SITE, LEAF, LEAF, LEAF), "tree.children: found '3': 2 cases"),
        (split(COUNT | {"slot": 2}, LEAF, LEAF), "tree.branch.slot: found '2': one of the 2 slots"),
        (split(SITE | {"site": "ZP02"}, LEAF, LEAF), "tree.branch.site: found 'ZP02': places where a hub can be"),
        (split(NETWORK | {"site": "ZP02"}, LEAF, LEAF), "tree.branch.site: found 'ZP02': places where a hub can be"),
        (split(NETWORK | {"slot": 2}, LEAF, LEAF), "tree.branch.slot: found '2': one of the 2 slots"),
        (split(HUBS | {"slots": [0, 2]}, LEAF, LEAF), "tree.branch.slots: found '2': one of the 2 slots"),
        (split(HUBS, LEAF, LEAF), "prices of 1 limits on hubs"),
        (split(ASSIGN | {"practice": "ZH01"}, LEAF, LEAF), "tree.branch.practice: found 'ZH01': a practice"),
        (split(ASSIGN | {"sites": ["ZP01", "X"]}, LEAF, LEAF), "tree.branch.sites: found 'X'"),
        (split({"kind": "leads", "slot": 0, "split": ["ZP01"]}, LEAF, LEAF), "number of networks is settled"),
        (
            split(COUNT, split({"kind": "leads", "slot": 0, "split": ["ZP03"]}, LEAF)["tree"], LEAF),
            "tree.children.0.branch.split: found 'ZP03': leads of the slot",
        ),
    ],
)
def test_what_does_not_fit_the_instance(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        recheck(hamlet(), read(tmp_path, changes))
    assert words in str(refused.value)
