"""The page itself: everything put into one template, with libraries, styles and data inside it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from optimizer.check_data import data_warnings
from optimizer.moves import moves
from optimizer.report import tables
from optimizer.report.charts import cost_chart
from optimizer.report.headline import cards, summary
from optimizer.report.map import TILES, TILES_BY, plan_map
from optimizer.report.subject import Subject
from optimizer.room import checks


def render(subject: Subject) -> str:
    """The page as HTML."""
    found = checks(subject.instance, subject.evaluation)
    moved = moves(subject.instance, subject.plan.plan, subject.evaluation)
    drawn = plan_map(subject)
    environment = Environment(
        loader=PackageLoader("optimizer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    data = {
        "map": None if drawn is None else drawn.figure,
        "tiles": [] if drawn is None else drawn.tiles,
        "cost": cost_chart(subject),
    }
    return environment.get_template("report.html").render(
        subject=subject,
        document=subject.document,
        cards=cards(subject),
        summary=summary(subject),
        hubs=tables.hubs(subject),
        networks=tables.networks(subject),
        hub_rules=tables.hub_rules(subject, found),
        other_rules=tables.other_rules(subject, found),
        cost=tables.cost(subject),
        moved=tables.moved(subject, moved),
        moves_computed=sum(move.computed for move in moved),
        practices=tables.practices(subject),
        assumptions=tables.assumptions(subject.document.assumptions),
        data_warnings=data_warnings(subject.instance),
        ratio=None if drawn is None else drawn.ratio,
        tiles_by=TILES_BY if drawn is not None and drawn.tiles else "",
        tiles_from="/".join(TILES.split("/")[:3]),
        data=_json(data),
        plotly=_script(get_plotlyjs()),
        datatables=_script(_packaged("itables", "html/dt_bundle.js")),
        datatables_style=_style(_packaged("itables", "html/dt_bundle.css")),
        style=_style(_packaged("optimizer.report", "templates/report.css")),
        script=_script(_packaged("optimizer.report", "templates/report.js")),
    )


def _packaged(package: str, path: str) -> str:
    return (files(package) / path).read_text(encoding="utf-8")


def _script(code: str) -> Markup:
    """Code that stands in a script element, which nothing in it may end; the backslash changes no string or pattern."""
    return Markup(code.replace("</script", "<\\/script").replace("<!--", "<\\!--"))


def _style(code: str) -> Markup:
    return Markup(code.replace("</style", "<\\/style"))


def _json(data: Any) -> Markup:
    """JSON that no name in it can break out of."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for mark, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(mark, code)
    return Markup(text)
