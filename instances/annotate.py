"""An instance's TOML with what each rule means and where its figure comes from behind it: a page for people to edit."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from instances.files import read_text, write_together
from instances.instance import Instance
from instances.policy import Disruption, Policy, Weights
from instances.schema import Boundary, CareModel, ChainRules, HubRules, Role, TravelRules, TrustRun, Wave

_RECORDS: dict[str, type[BaseModel]] = {
    "": Instance,
    "[travel]": TravelRules,
    "[hub]": HubRules,
    "[[role]]": Role,
    "[[care_model]]": CareModel,
    "[[wave]]": Wave,
    "[[boundary]]": Boundary,
    "[trust_run]": TrustRun,
    "[policy]": Policy,
    "[disruption]": Disruption,
    "[weights]": Weights,
    "[chain]": ChainRules,
}
_SETTING = re.compile(r"^(\w+) = [^#\n]+$")


def write_annotated(instance: Instance, path: Path) -> None:
    """`instance.write(path)` of a .toml, then its comments: for rules at their defaults, whose sources they tell."""
    instance.write(path)
    write_together({path: annotated(read_text(path)).encode()})


def annotated(text: str) -> str:
    """The TOML `text` as it was written, each setting on a line of its own followed by its description."""
    record: type[BaseModel] | None = Instance
    lines = []
    for line in text.splitlines():
        if line.startswith("["):
            record = _RECORDS.get(line.strip())
        setting = _SETTING.match(line)
        known = record.model_fields.get(setting.group(1)) if setting and record else None
        lines.append(f"{line}  # {known.description}" if known and known.description else line)
    return "\n".join(lines) + "\n"
