"""Care models in words: those that were proposed, for a terminal, and those of a plan, for page and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text

from instances import Instance
from instances.catalogue import entries
from instances.presets import CONFIDENCE, CONTRACT_CHANGE, PRESETS, Figure, Preset
from instances.schema import CareModel
from optimizer.output.fitted import fitted_table
from optimizer.verify import Evaluation

_HOW = {
    "practice": "[policy] as it stands: see its settings below",
    "hub": '[hub] preset = "{}"',
    "network": '[[care_model]] preset = "{}" and an id of your own, or id = "{}"',
    "chain": "hospitals beside the practices' plan, in the section [chain]",
}


def models_view(presets: Sequence[Preset]) -> RenderableType:
    """All of them, a row each."""
    table = fitted_table("Care models", "id", "what it is", "of", "#patients", "led by", "contract changed")
    for preset in presets:
        figures = {**preset.about, **preset.settings}
        known = {key: figure.value for key, figure in figures.items()}
        table.add_row(
            preset.name,
            preset.title,
            f"{preset.tier}s",
            "-".join(_size(figures[key]) for key in ("target_min", "target_max") if key in figures),
            known["led_by"],
            contract_change(known.get("contract_change")),
        )
    said = "An asterisk marks what is assumed. caregroup models ID shows the figures of one and where they come from."
    return Group(table, Text(said))


def _size(figure: Figure) -> str:
    return f"{figure.value:,}" + ("*" if figure.assumed else "")


def model_view(preset: Preset) -> RenderableType:
    """One of them, figure by figure."""
    table = fitted_table("Figures", "figure", "value", "what it is", "confidence", "source")
    for entry in entries(preset):
        figure = entry.figure
        table.add_row(entry.key, _shown(figure.value), entry.description, figure.confidence, figure.source)
    codes = "; ".join(f"{code} {meaning}" for code, meaning in CONFIDENCE.items())
    like = f" It starts from the figures of {preset.like}." if preset.like else ""
    return Group(
        Text(f"{preset.name}: {preset.title}", style="bold"),
        Text(f"{preset.what[:1].upper()}{preset.what[1:]}.{like}"),
        Text(f"In an instance: {_HOW[preset.tier].format(preset.name, preset.name)}."),
        table,
        Text(f"Confidence: {codes}. What is not listed has the default of caregroup schema."),
        *(Text(address, no_wrap=True, overflow="ignore") for address in preset.read),
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else f"{value:,.15g}" if isinstance(value, int | float) else str(value)


def contract_change(level: int | None) -> str:
    """How much a model changes contracts, in words; blank where nobody said."""
    return "" if level is None else f"{level}: {CONTRACT_CHANGE[level]}"


@dataclass(frozen=True)
class Described:
    """What a care model of an instance is, beside its rules and prices; blank where nobody said."""

    id: str
    title: str
    contract: str
    contract_change: str
    budget_scope: str
    pooled: str  # shares of assets, employment and contract

    @classmethod
    def of(cls, model: CareModel) -> Described:
        pools = {
            "assets": model.pools_assets,
            "employment": model.pools_employment,
            "contract": model.pools_contract,
        }
        return cls(
            model.id,
            model.title or "",
            model.contract or "",
            contract_change(model.contract_change),
            ", ".join(model.budget_scope),
            ", ".join(f"{what} {share:.0%}" for what, share in pools.items() if share is not None),
        )


def care_models_of(instance: Instance, evaluation: Evaluation) -> list[Described]:
    """The care models of a plan's networks, in the instance's order."""
    used = {network.care_model for network in evaluation.networks}
    return [Described.of(model) for model in instance.care_model if model.id in used]


def hub_preset(name: str) -> str:
    """The published care model that hubs are made by, in words."""
    return f"{name}: {PRESETS[name].title}"
