"""What people read at the end of a solve."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hamlet_plan import BEST, OPTIMUM, hamlet, result, verified
from rich.console import Console

from optimizer.cli.progress import ProgressLine
from optimizer.model.backend import Limit, Reason
from optimizer.output.display import moved_view, plan_view, quality
from optimizer.solving.result import Progress, Result

INSTANCE = hamlet()


def shown(view: object) -> str:
    console = Console(file=io.StringIO(), width=160, markup=False)
    console.print(view)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {},
            "No plan can cost less than £1,012,769: the best possible saves at most 1.00% of this.",
        ),
        (
            {"reason": Reason.OPTIMAL, "limit": None, "bound": OPTIMUM},
            "£1,022,999 a year: proven to be the least possible.",
        ),
        (
            {"limit": None, "bound": OPTIMUM, "proof": "claimed", "solver": "other"},
            "£1,022,999 a year: claimed by other to be the least possible.",
        ),
        (
            {"proof": "claimed", "solver": "other"},
            "Claimed by other, not proven: no plan can cost less than £1,012,769: the best possible saves",
        ),
        ({"reason": Reason.OPTIMAL, "limit": Limit.GAP}, "stopped within the gap that was asked for"),
        ({"bound": None}, "is not known yet. The search was stopped by the time limit."),
        ({"bound": -4e9}, "is not known yet"),
        ({"bound": 1_022_990.0}, "saves at most 0.00083% of this"),
    ],
)
def test_quality_in_words(changes: dict[str, object], words: str) -> None:
    assert words in quality(replace(result(INSTANCE), **changes))  # type: ignore[arg-type]


def test_the_end_of_a_solve_tells_real_money_apart() -> None:
    ended: Result = result(INSTANCE)
    assert ended.plan is not None
    said = shown(plan_view(ended, ended.plan))
    assert {"real", "assumed", "penalties:"} <= set(said.split())
    assert "not a saving in any budget" in " ".join(said.split())


def test_bands_and_names_with_brackets() -> None:
    data = INSTANCE.model_dump(exclude_unset=True)
    data["hub"] |= {"target_min": 16_000, "target_max": 20_000}
    data["practices"][0]["name"] = "Surgery [closed] [/b]"
    narrow = type(INSTANCE).model_validate(data)
    ended: Result = result(narrow)
    assert ended.plan is not None
    text = shown(plan_view(ended, ended.plan))
    assert "Surgery [closed] [/b]" in text
    assert "4 hubs (1 within the targets)" in text
    assert {"above", "below", "within"} <= set(text.split())


def test_moved_practices_go_to_a_hub_with_a_name() -> None:
    ended: Result = result(INSTANCE)
    assert ended.plan is not None
    names = {place.id: place.name for place in (*INSTANCE.practices, *INSTANCE.hospitals)}
    moved = next(facts for facts in ended.plan.evaluation.practices if facts.moved and facts.hub is not None)
    row = next(
        line for line in shown(moved_view(INSTANCE, ended.plan.evaluation)).splitlines() if moved.practice in line
    )
    assert names[moved.practice] in row
    assert names[moved.hub or ""] in row


def test_nobody_moves() -> None:
    data = INSTANCE.model_dump(exclude_unset=True)
    for practice in data["practices"]:
        practice.pop("current_group", None)
    groupless = type(INSTANCE).model_validate(data)
    alone = BEST.model_copy(update={"hubs": tuple(h.model_copy(update={"continues": None}) for h in BEST.hubs)})
    assert "No practice has a group today" in shown(moved_view(groupless, verified(groupless, alone).evaluation))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 160])
def test_nothing_is_lost_on_a_narrow_screen(width: int) -> None:
    ended: Result = result(INSTANCE)
    assert ended.plan is not None
    console = Console(file=io.StringIO(), width=width, markup=False)
    console.print(plan_view(ended, ended.plan))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert max(map(len, text.splitlines())) <= width
    for hub in ended.plan.evaluation.hubs:
        assert f"{hub.patients:,}" in text
    assert {"1,022,999", "105,000"} <= set(text.split())


def test_long_tables_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.output.display.MOST_MOVED", 1)
    text = shown(moved_view(INSTANCE, verified(INSTANCE).evaluation))
    assert "and 3 more in assignments.csv" in text


def test_progress_without_a_terminal_is_sparse() -> None:
    console = Console(file=io.StringIO(), width=120)
    with ProgressLine(console) as line:
        for progress in (
            Progress(0.1),
            Progress(0.2),
            Progress(0.3, 900.0),
            Progress(0.4, 800.0),
            Progress(0.5, 800.0, None, "restarted"),
            Progress(9.0, 700.0, 600.0),
        ):
            line(progress)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [text.split()[0] for text in lines] == ["0.1", "0.3", "0.5", "9.0"]
    assert lines[-1].split("  ")[-1] == "gap 14.29%"


def test_a_bound_is_shown_once_it_says_something() -> None:
    assert str(Progress(1.0, 900.0, 0.0)).split() == ["1.0", "s", "plan", "900"]
    assert "bound 450  gap 50.00%" in str(Progress(1.0, 900.0, 450.0))
    assert "bound 0  gap 0.00%" in str(Progress(1.0, 0.0, 0.0))  # a plan that costs nothing is proven at once
    assert "bound 5" in str(Progress(1.0, None, 5.0))
    console = Console(file=io.StringIO(), width=120)
    with ProgressLine(console) as line:
        for progress in (Progress(0.1, 900.0), Progress(0.2, 900.0, 0.0), Progress(0.3, 900.0, 450.0)):
            line(progress)
    assert [text.split()[0] for text in console.file.getvalue().splitlines()] == ["0.1", "0.3"]  # type: ignore[attr-defined]


def test_progress_on_a_terminal_is_one_line() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True)
    with ProgressLine(console) as line:
        line(Progress(0.1, 900.0))
        line(Progress(0.2, 900.0, None, "a word to keep"))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Ctrl-C keeps the best plan" in text
    assert "a word to keep" in text
