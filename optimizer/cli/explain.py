"""`caregroup explain`: why there is no plan; else which rules bind, or why the plan is not otherwise."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.answers import add_result, is_json
from optimizer.cli.arguments import AsJson, InstancePath, Seed, Settings, TablesAnywhere, Threads
from optimizer.cli.inputs import read, solve_options
from optimizer.cli.terminal import ExitCode, guarded, say, stderr, stoppable, warn

if TYPE_CHECKING:
    from instances import Instance
    from optimizer.explain.questions import Question
    from optimizer.explain.standing import Standing
    from optimizer.model.backend import SolveOptions
    from optimizer.model.plan import Plan

DEFAULT_TIME_LIMIT_S = 120.0
CHAINS_SHARE = 0.3  # of the time, where there are chains of hospitals
BASE_SHARE = 0.3  # of the time, for the plan that the rest is held against


@guarded
def explain(
    instance: InstancePath,
    why_not: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION", help='Such as "together A81001 A81002" or "hubs 12"; may be repeated.'),
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="The plan at hand: a plan.json, its folder or assignments.csv.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option(metavar="S", min=1, help="Seconds for everything.")
    ] = DEFAULT_TIME_LIMIT_S,
    threads: Threads = None,
    seed: Seed = None,
    settings: Settings = None,
    tables_anywhere: TablesAnywhere = False,
    as_json: AsJson = False,
) -> None:
    """Why no plan exists, and what would make one; else which rules bind, or why the plan is not as asked.

    Questions: together PRACTICE PRACTICE..., apart PRACTICE PRACTICE..., fix PRACTICE SITE, bar PRACTICE SITE...,
    network PRACTICE MODEL[:LEAD], independent PRACTICE, open SITE..., close SITE..., hubs NUMBER, model MODEL NUMBER.
    """
    del as_json  # `guarded` has asked for it
    from optimizer.explain.questions import question
    from optimizer.output.read_plan import read_plan

    given = read(instance, settings, tables_anywhere=tables_anywhere)
    questions = [question(text, given) for text in why_not or []]
    start = None if plan is None else read_plan(plan, given)
    options = solve_options(time_limit=time_limit, threads=threads, seed=seed)
    with stoppable():
        began = time.monotonic()
        if given.chain is not None:
            if not questions:
                _explain_chains(given, _share(options, CHAINS_SHARE))
            given = given.model_copy(update={"chain": None})  # practices have no part in chains
            start = None if start is None else start.model_copy(update={"chains": None})
        base = _base(given, start, _share(_rest(options, began), BASE_SHARE))
        if base is None:
            found = _explain_none(given, options, began)
            base = None if found is None else _base(given, found, _share(_rest(options, began), BASE_SHARE))
        if base is not None and questions:
            _answer(given, base, questions, _share(_rest(options, began), 1 / len(questions)))
        elif base is not None:
            _tell_what_binds(given, base, _rest(options, began))


def _share(options: SolveOptions, share: float) -> SolveOptions:
    limit = options.time_limit
    return options if limit is None else options.model_copy(update={"time_limit": limit * share})


def _rest(options: SolveOptions, began: float) -> SolveOptions:
    """The options with what is left of the time, a second at least."""
    limit = options.time_limit
    if limit is None:
        return options
    return options.model_copy(update={"time_limit": max(limit - (time.monotonic() - began), 1.0)})


def _base(instance: Instance, start: Plan | None, options: SolveOptions) -> Standing | None:
    """The plan at hand made as good as the time allows; None where no plan is known."""
    from optimizer.explain.standing import stand
    from optimizer.model.build import build_problem
    from optimizer.solving.check import impossibilities
    from optimizer.verify import verify

    if start is not None and not verify(instance, start).ok:
        warn("the plan breaks rules of this instance and is left aside: caregroup verify names them.")
        start = None
    if impossibilities(build_problem(instance)):
        return None
    with stderr().status("Looking for the plan that the rest is held against ..."):
        return stand(instance, options=options, start=start)


def _explain_none(instance: Instance, options: SolveOptions, began: float) -> Plan | None:
    """Says what stands in the way of a plan; where a plan turns up instead, returns it."""
    from optimizer.explain.dials import is_open
    from optimizer.explain.no_plan import why_no_plan
    from optimizer.explain.views import no_plan_view
    from optimizer.output.as_json import no_plan_json

    options = _rest(options, began)
    if is_open(instance):
        options = _share(options, 1 - BASE_SHARE)  # should a plan turn up, the rest is for what is asked of it
    with stderr().status("Looking for what stands in the way ...") as status:
        explained = why_no_plan(
            instance,
            time_limit=options.time_limit or DEFAULT_TIME_LIMIT_S,
            threads=options.threads,
            seed=options.seed or 0,
            tell=lambda text: status.update(f"{text[:1].upper()}{text[1:]} ..."),
        )
    if explained.found is not None and not explained.found.exemptions:
        return explained.found.plan
    if is_json():
        add_result(no_plan=no_plan_json(explained))
    say(no_plan_view(explained), soft_wrap=True)
    if explained.found is None:
        raise typer.Exit(ExitCode.NO_PLAN_FOUND)
    return None


def _explain_chains(instance: Instance, options: SolveOptions) -> None:
    from optimizer.explain.chains import explain_chains
    from optimizer.explain.views import chains_view
    from optimizer.output.as_json import explained_chains_json

    with stderr().status("Loosening one rule of chains at a time ..."):
        explained = explain_chains(instance, options)
    if is_json():
        add_result(chains=explained_chains_json(explained))
    say(chains_view(explained), soft_wrap=True)


def _tell_what_binds(instance: Instance, base: Standing, options: SolveOptions) -> None:
    from optimizer.explain.binding import what_binds
    from optimizer.explain.views import binding_view
    from optimizer.output.as_json import binding_json

    with stderr().status("Loosening one rule at a time ...") as status:
        binding = what_binds(instance, base, options=options, tell=lambda text: status.update(f"Loosening {text} ..."))
    if is_json():
        add_result(binding=binding_json(binding))
    say(binding_view(binding))


def _answer(instance: Instance, base: Standing, questions: list[Question], options: SolveOptions) -> None:
    from instances import InputError
    from optimizer.explain.views import answer_view, standing_line
    from optimizer.explain.why_not import why_not
    from optimizer.output.as_json import answer_json, standing_json

    answers: list[dict[str, Any]] = []
    if is_json():
        add_result(plan=standing_json(base), answers=answers)
    say(standing_line(base), soft_wrap=True)
    for question in questions:
        with stderr().status(f"Asking: {question.text} ...") as status:
            try:
                answer = why_not(
                    instance, base, question, options=options, tell=lambda text: status.update(f"{text} ...")
                )
            except InputError as error:
                faults = "; ".join(str(fault) for fault in error.faults)
                answers.append({"question": question.text, "ruled_out": [str(fault) for fault in error.faults]})
                say(f"Why not: {question.text}? The rules as they stand rule it out: {faults}", soft_wrap=True)
                continue
        answers.append(answer_json(answer))
        say(answer_view(answer))
