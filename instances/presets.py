"""Published figures per care model and staff role, each with its source: the defaults where a file names a preset.

They stand in care_models.toml and roles.toml, which say how they are written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

Tier = Literal["practice", "hub", "network", "chain"]
Confidence = Literal["A", "B", "C", "G"]
CONFIDENCE: dict[Confidence, str] = {
    "A": "an official or peer-reviewed page",
    "B": "trade press, law firms, committees, articles",
    "C": "arithmetic on such figures",
    "G": "an assumption",
}
CONTRACT_CHANGE = ("none", "an enhanced service or alliance", "a new contract beside", "a full merger of contracts")
ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Figure:
    """A value with where it comes from; confidence `G` marks what nobody has published."""

    value: Any
    confidence: Confidence = "G"
    source: str = ASSUMPTION

    @property
    def assumed(self) -> bool:
        return self.confidence == "G"


@dataclass(frozen=True)
class Preset:
    """A care model as it was proposed: `settings` of its tier's section, and what no setting says."""

    name: str
    tier: Tier
    title: str
    what: str
    like: str  # the preset that it starts from; empty = none
    read: tuple[str, ...]  # addresses of sources
    settings: Mapping[str, Figure]
    about: Mapping[str, Figure]


def _content(file: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("instances").joinpath(file).read_text(encoding="utf-8"))


def _figures(stated: Mapping[str, Any]) -> dict[str, Figure]:
    return {name: Figure(**_plain(value)) for name, value in stated.items()}


def _plain(stated: Any) -> dict[str, Any]:
    """A figure as it is written, `none` for no value and tuples for lists."""
    figure = dict(stated) if isinstance(stated, dict) else {"value": stated}
    value = figure["value"]
    return {**figure, "value": None if value == "none" else tuple(value) if isinstance(value, list) else value}


def _presets() -> dict[str, Preset]:
    presets: dict[str, Preset] = {}
    for name, stated in _content("care_models.toml").items():
        like = presets[stated["like"]] if "like" in stated else None
        presets[name] = Preset(
            name=name,
            tier=stated["tier"],
            title=stated["title"],
            what=stated["what"],
            like=like.name if like else "",
            read=tuple(stated.get("read", like.read if like else ())),
            settings={**(like.settings if like else {}), **_named(stated), **_figures(stated.get("settings", {}))},
            about={**(like.about if like else {}), **_figures(stated.get("about", {}))},
        )
    return presets


def _named(stated: Mapping[str, Any]) -> dict[str, Figure]:
    """The title as a setting, where the section of the tier has one."""
    return {"title": Figure(stated["title"], "C", "its name")} if stated["tier"] == "network" else {}


PRESETS = _presets()
ROLES = {id_: _figures(stated) for id_, stated in _content("roles.toml").items()}
CARE_MODELS = tuple(name for name, preset in PRESETS.items() if preset.tier == "network")  # that `[[care_model]]` takes
