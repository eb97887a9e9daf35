"""`caregroup models`: the care models that were proposed, with their figures and where these come from."""

from __future__ import annotations

from typing import Annotated

import typer

from optimizer.cli.answers import add_result
from optimizer.cli.arguments import AsJson
from optimizer.cli.terminal import ExitCode, fail, guarded, say


def _names(incomplete: str) -> list[str]:
    """For shell completion."""
    from instances.presets import PRESETS

    return [name for name in PRESETS if name.startswith(incomplete)]


@guarded
def models(
    name: Annotated[
        str | None, typer.Argument(metavar="ID", autocompletion=_names, help="One of them, figure by figure.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Published care models, of practices, hubs, networks and hospitals: what `preset` can be in an instance."""
    from instances.presets import PRESETS
    from instances.wording import did_you_mean
    from optimizer.output.as_json import models_json
    from optimizer.output.care_models import model_view, models_view

    if name is not None and name not in PRESETS:
        near = did_you_mean(name, PRESETS)
        raise fail(ExitCode.BAD_INPUT, f"No care model is called {name!r}{near}", "caregroup models lists them.")
    chosen = list(PRESETS.values()) if name is None else [PRESETS[name]]
    if as_json:
        add_result(**models_json(chosen))
    say(models_view(chosen) if name is None else model_view(chosen[0]))
