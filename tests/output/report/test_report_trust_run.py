"""Practices run by trusts on the page: a section, a colour and a filter of their own, where there are any."""

from __future__ import annotations

from hamlet_plan import RUN, hamlet, result, run_by_cottage_hospital
from report_support import subject

from optimizer.output.report.colours import OF_TRUSTS
from optimizer.output.report.map import plan_map
from optimizer.output.report.page import render
from optimizer.output.report.subject import INDEPENDENT
from optimizer.output.report.subject import RUN as FILTER


def test_practices_run_by_trusts() -> None:
    shown = subject(result(run_by_cottage_hospital(hamlet()), RUN))
    assert FILTER in dict(shown.filters)
    assert INDEPENDENT not in dict(shown.filters)
    drawn = plan_map(shown)
    assert drawn is not None
    [trace] = [t for t in drawn.figure["data"] if t["meta"] == {"network": FILTER, "kind": "practice"}]
    assert trace["marker"]["color"] == [OF_TRUSTS]
    page = render(shown)
    assert "<h2>Practices run by trusts</h2>" in page
    assert "run by Midford Cottage Hospital" in page


def test_no_trust_no_section() -> None:
    assert "run-section" not in render(subject(result(hamlet())))
