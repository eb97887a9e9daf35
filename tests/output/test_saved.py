"""Results saved and loaded: the same again, verified, whatever has been done to the files meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hamlet_plan import BEST, hamlet, result, verified

from instances import InputError
from optimizer import Instance, Result, solve
from optimizer.model.backend import Reason
from optimizer.model.departures import Departures
from optimizer.solving import registry
from optimizer.solving.result import VerifiedPlan
from optimizer.verify import verify

INSTANCE = hamlet()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    result(INSTANCE).save(tmp_path / "plan")
    return tmp_path / "plan"


def same(loaded: Result, saved: Result) -> None:
    """All but what only the process of a solve knew."""
    for field in fields(Result):
        if field.name not in ("outcome", "options", "elapsed_s", "trajectory"):
            assert getattr(loaded, field.name) == getattr(saved, field.name), field.name
    assert loaded.options.model_copy(update={"native": {}}) == saved.options.model_copy(update={"native": {}})
    assert loaded.elapsed_s == pytest.approx(saved.elapsed_s, abs=1e-3)
    assert len(loaded.trajectory) == len(saved.trajectory)
    assert (loaded.objective, loaded.gap) == (saved.objective, saved.gap)
    assert loaded.outcome.native_status == saved.outcome.native_status


def test_a_result_comes_back(folder: Path) -> None:
    same(Result.load(str(folder)), result(INSTANCE))


def test_a_solve_comes_back_with_its_certificate(tmp_path: Path) -> None:
    saved = solve(INSTANCE, "columns", time_limit=20, threads=1)
    assert saved.certificate is not None
    saved.save(tmp_path)
    loaded = Result.load(tmp_path)
    same(loaded, saved)
    assert loaded.certificate == saved.certificate
    (tmp_path / "bound.json").write_text((tmp_path / "bound.json").read_text().replace(INSTANCE.sha256, "0" * 64))
    with pytest.raises(InputError, match=r"bound\.json: the certificate of this plan's bound: it is of another"):
        Result.load(tmp_path)


def test_departures_come_back(tmp_path: Path) -> None:
    departures = Departures.of(BEST, 1_000)
    plan = VerifiedPlan(INSTANCE, BEST, verify(INSTANCE, BEST, departures))
    saved = replace(result(INSTANCE), plan=plan, departures=departures)
    saved.save(tmp_path)
    same(Result.load(tmp_path), saved)


def test_what_the_command_wrote_is_loaded(tmp_path: Path) -> None:
    """plan.json names the instance and the settings that were changed."""
    from optimizer.output.files import write_outputs

    INSTANCE.write(tmp_path / "hamlet.json")
    changed = INSTANCE.with_settings({"hub.max_km": 16.0})
    write_outputs(result(changed), tmp_path / "out", ["hub.max_km=16.0"], tmp_path / "hamlet.json")
    assert Result.load(tmp_path / "out").instance == changed


def _edit(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        content = json.loads((folder / "plan.json").read_text())
        change(content)
        (folder / "plan.json").write_text(json.dumps(content))

    return edit


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (_edit(lambda d: d["hubs"].pop()), "a plan that verifies: "),
        (_edit(lambda d: d.update(objective=1.0)), "claimed objective"),
        (_edit(lambda d: d.update(bound=2e6)), "claimed bound"),
        (_edit(lambda d: d["instance"].pop("file")), "the place of its instance"),
        (_edit(lambda d: d["hubs"][0].update(site="ZP99")), "a plan that verifies: "),
        (
            lambda f: INSTANCE.with_settings({"hub.max_km": 14.5}).write(f / "plan_instance.json"),
            "a plan that verifies",
        ),
        (lambda f: (f / "plan_instance.json").unlink(), "there is none at"),
    ],
)
def test_nothing_false_is_loaded(folder: Path, attack: Callable[[Path], None], said: str) -> None:
    attack(folder)
    with pytest.raises(InputError, match=said):
        Result.load(folder)


def test_no_file_makes_a_plan_optimal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _edit(lambda d: d.update(reason="optimal"))(folder)
    assert Result.load(folder).reason is Reason.FEASIBLE
    monkeypatch.setattr(registry, "is_vouched_for", lambda _: False)
    with pytest.raises(InputError, match="the bound is claimed by auto"):
        Result.load(folder)
    _edit(lambda d: d.update(proof="claimed", reason="feasible"))(folder)
    assert Result.load(folder).proven_bound is None


def test_without_a_plan_there_is_nothing_to_save(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without a plan"):
        replace(result(INSTANCE), plan=None, reason=Reason.NO_SOLUTION).save(tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_instance_of_ones_own_is_left_alone(tmp_path: Path) -> None:
    Instance.model_validate({**INSTANCE.model_dump(exclude_unset=True), "name": "mine"}).write(
        tmp_path / "instance.json"
    )
    before = (tmp_path / "instance.json").read_bytes()
    result(INSTANCE).save(tmp_path)
    assert (tmp_path / "instance.json").read_bytes() == before
    assert Result.load(tmp_path).plan == verified(INSTANCE)
