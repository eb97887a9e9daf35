"""The bound.json that `columns` and `auto` write: it rechecks as claimed, and stands beside its own plan."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import pytest
from bound_support import DATA, real_area
from partitioning import best_plan
from random_borders import with_borders
from random_instances import random_instance
from typer.testing import CliRunner

from instances import Instance
from instances.literature import read_cpmp
from optimizer import Progress, Result, solve
from optimizer.cli import app
from optimizer.model.backend import Ending, Limit
from optimizer.model.build import build_problem
from optimizer.model.certificate import Certificate
from optimizer.output.files import write_outputs
from optimizer.verify.bound import BoundCheck, recheck
from solvers.columns import certificate as producer
from solvers.columns.params import ColumnsParams
from solvers.columns.run import run
from solvers.process.job import Certified, StructuredJob

SEEDS = (8, 10, 12, 14, 15, 16, 17, 19, 20, 22, 24, 27, 28)  # that can be planned


@cache
def town() -> Instance:
    return Instance.read(DATA / "market_town")


@cache
def town_result() -> Result:
    return solve(town(), "columns", time_limit=20, threads=1, seed=1)


@dataclass(frozen=True)
class Proof:
    certificate: Certificate
    check: BoundCheck

    def holds(self) -> bool:
        check, written = self.check, self.certificate
        assert check.certified is not None
        assert check.root_certified is not None
        root_holds = float(check.root_certified) >= written.root_bound * (1 - 1e-6)
        return check.tree_was_checked and check.holds and root_holds


def proof_of_columns(instance: Instance, time_limit: float = 60.0) -> Proof:
    job = StructuredJob(build_problem(instance), time_limit=time_limit, threads=1, seed=1, params=ColumnsParams())
    certified: list[Certified] = []
    run(job, lambda event: certified.append(event) if isinstance(event, Certified) else None)
    certificate = Certificate.model_validate(json.loads(certified[-1].certificate))
    return Proof(certificate, recheck(instance, certificate))


@cache
def random_proof(seed: int) -> Proof:
    return proof_of_columns(random_instance(seed, 8))


def test_the_bound_of_a_market_town_rechecks(tmp_path: Path) -> None:
    result = town_result()
    assert result.bound is not None
    write_outputs(result, tmp_path, ["hub.min=20000"])
    written = Certificate.read(tmp_path / "bound.json")
    assert written.instance.sha256 == town().sha256
    assert written.instance.settings == ("hub.min=20000",)
    assert Proof(written, recheck(town(), written)).holds()
    assert written.bound <= result.bound * (1 + 1e-9)
    assert written.bound >= 0.9 * result.bound


def test_a_hospital_leads_its_own_hub_in_what_is_proven_and_redone() -> None:
    """The cheapest choice otherwise: one hospital's hub in no network, while it leads the hub of another."""
    instance = random_instance(40_181, 8).with_settings(["care_model.P.contiguous=true"])
    best = best_plan(instance)
    assert best is not None
    proof = proof_of_columns(instance)
    assert proof.holds()
    assert proof.check.enumerations_hold
    assert float(proof.check.enumerated or 0) == pytest.approx(best[0], rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_certificate_is_above_the_optimum(seed: int) -> None:
    best = best_plan(random_instance(seed, 8))
    assert best is not None
    proof = random_proof(seed)
    assert proof.holds()
    assert float(proof.check.certified or 0) <= best[0] * (1 + 1e-9)


@pytest.mark.parametrize("seed", [19, 36])
def test_boundaries_are_in_what_is_proven_and_redone(seed: int) -> None:
    """Hard ones and those with a price, of both tiers; the recheck finds the least that any lead's cost by itself."""
    instance = with_borders(random_instance(seed, 8), random.Random(seed))
    best = best_plan(instance)
    assert best is not None
    proof = proof_of_columns(instance)
    assert proof.holds()
    assert float(proof.check.certified or 0) <= best[0] * (1 + 1e-9)
    assert float(proof.check.enumerated or proof.check.certified or 0) <= best[0] * (1 + 1e-9)


def test_a_tree_that_is_too_deep_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = random_proof(12)
    monkeypatch.setattr(producer, "DEEPEST", 0)
    cut = proof_of_columns(random_instance(12, 8))
    assert cut.holds()
    assert cut.check.leaves < whole.check.leaves


def test_hubs_without_care_models() -> None:
    alone = Instance.model_validate({**town().model_dump(), "care_model": [], "misfit": []})
    assert proof_of_columns(alone.with_settings(["policy.coverage_min=0"])).holds()


def test_a_number_of_hubs_that_is_given(tmp_path: Path) -> None:
    nodes = [(x, y, 10 + (3 * x + y) % 7) for x in range(5) for y in range(4)]
    rows = [f"{x} {y} 90 {load}" for x, y, load in nodes]
    (tmp_path / "plane.txt").write_text("\n".join([f"{len(nodes)} 3", *rows, ""]))
    instance = read_cpmp(tmp_path / "plane.txt").instance
    assert (instance.hub.count_min, instance.hub.count_max) == (3, 3)
    assert proof_of_columns(instance).holds()


def tampered(certificate: Certificate, change: Callable[[dict[str, Any]], None]) -> BoundCheck:
    content = json.loads(certificate.to_json())
    change(content)
    return recheck(town(), Certificate.model_validate(content))


def raise_the_bound(content: dict[str, Any]) -> None:
    content["bound"] *= 1.0001


def raise_prices(content: dict[str, Any]) -> None:
    for prices in content["prices"]:
        prices["practice"] = {practice: 1.1 * price for practice, price in prices["practice"].items()}


@pytest.mark.parametrize("change", [raise_the_bound, raise_prices])
def test_tampering_shows(change: Callable[[dict[str, Any]], None]) -> None:
    certificate = town_result().outcome.certificate
    assert certificate is not None
    assert not tampered(certificate, change).holds


def test_an_older_certificate_goes_with_its_plan(tmp_path: Path) -> None:
    write_outputs(town_result(), tmp_path)
    assert (tmp_path / "bound.json").exists()
    write_outputs(solve(town(), "search", time_limit=3, threads=1), tmp_path)
    assert (tmp_path / "plan.json").exists()
    assert not (tmp_path / "bound.json").exists()


@pytest.mark.parametrize(("solver", "threads"), [("columns", 1), ("auto", 2)])
@pytest.mark.parametrize("to_worker", [False, True], ids=["Ctrl-C", "killed"])
def test_a_solve_that_is_ended(solver: str, threads: int, to_worker: bool) -> None:
    """Stopped, it hands over its certificate; killed, the last one on the way counts, and that is said."""
    bounded = threading.Event()

    def end() -> None:
        bounded.wait(60)
        time.sleep(0.05)  # longer, and the town may be proven
        if to_worker:
            [worker] = [child for child in psutil.Process().children() if "solvers.process.worker" in child.cmdline()]
            worker.kill()
        else:
            os.kill(os.getpid(), signal.SIGINT)

    def listen(progress: Progress) -> None:
        if progress.bound_known:
            bounded.set()

    thread = threading.Thread(target=end, daemon=True)
    thread.start()
    result = solve(town(), solver, time_limit=100, threads=threads, on_progress=listen)
    thread.join()
    lost = any("certificate" in warning for warning in result.warnings)
    certificate = result.outcome.certificate
    assert certificate is not None
    assert Proof(certificate, recheck(town(), certificate)).holds()
    if to_worker:
        assert (result.ending, lost) == (Ending.KILLED, True)
        assert result.bound == pytest.approx(certificate.bound)
    else:
        assert (result.limit, lost) == (Limit.INTERRUPT, False)


def leaves(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Of a tree as it is written."""
    for child in case.get("children", ()):
        yield from leaves(child)
    if "children" not in case:
        yield case


def test_what_no_certificate_covers_is_said(tmp_path: Path) -> None:
    result = town_result()
    write_outputs(result, tmp_path)
    plan, content = (json.loads((tmp_path / name).read_text()) for name in ("plan.json", "bound.json"))
    stated = plan["bound"]
    content |= {"bound": min(content["bound"], 0.99 * stated), "enumerated_bound": None}
    for leaf in leaves(content["tree"]):
        leaf.pop("enumeration", None)
    (tmp_path / "bound.json").write_text(json.dumps(content))
    (tmp_path / "plan.json").write_text(json.dumps(plan | {"certified_bound": content["bound"]}))
    said = CliRunner().invoke(app, ["verify", str(DATA / "market_town"), str(tmp_path), "--bound"])
    assert said.exit_code == 0, said.stderr
    both = f"plan.json states a bound of £{stated:,.2f} a year, bound.json one of £{content['bound']:,.2f}"
    assert both in said.stdout


@pytest.mark.slow
def test_the_bound_of_a_real_area_rechecks(tmp_path: Path) -> None:
    instance = real_area("Shropshire", tmp_path)
    result = solve(instance, "auto", time_limit=30, threads=2)
    assert result.outcome.certificate is not None
    assert Proof(result.outcome.certificate, recheck(instance, result.outcome.certificate)).holds()
