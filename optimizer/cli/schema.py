"""`caregroup schema`: the JSON Schema of an instance."""

from __future__ import annotations

from optimizer.cli.terminal import guarded, stdout


@guarded
def schema() -> None:
    """Print the JSON Schema of an instance."""
    import json

    from instances import Instance

    stdout().out(json.dumps(Instance.model_json_schema(), indent=2, ensure_ascii=False))
