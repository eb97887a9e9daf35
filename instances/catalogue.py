"""What is known of a published care model, figure by figure, with what each is and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instances.inconsistency import Path
from instances.presets import Figure, Preset, Tier
from instances.wording import node_at

SECTIONS: dict[Tier, Path] = {
    "practice": ("policy",),
    "hub": ("hub",),
    "network": ("care_model", 0),
    "chain": ("chain",),
}
_NO_SETTING = {
    "year": "year of what is told of it",
    "led_by": "who leads, as it was proposed",
    "consent": "whose consent it takes",
    "floor": "its least population: hard, waivable, soft, or no limit",
    "ceiling": "its largest population: soft, or no limit",
    "typical_patients": "patients of a typical one",
    "unit": "what its members are",
    "members_min": "fewest members",
}


@dataclass(frozen=True)
class Entry:
    """A figure of a care model; `is_setting` = an instance can say otherwise, under this key of the tier's section."""

    key: str
    description: str  # its unit, or what it says
    figure: Figure
    is_setting: bool


def entries(preset: Preset) -> Iterator[Entry]:
    """Settings first, then what no setting says."""
    for key, figure in preset.settings.items():
        yield Entry(key, _described((*SECTIONS[preset.tier], key)), figure, is_setting=True)
    for key, figure in preset.about.items():
        yield Entry(key, _described((*SECTIONS["network"], key)), figure, is_setting=False)


def _described(path: Path) -> str:
    """What the schema says of a setting, without the source of its default."""
    described = (node_at(path) or {}).get("description", "") or _NO_SETTING.get(str(path[-1]), "")
    return str(described).partition(";")[0].partition(": ")[0]
