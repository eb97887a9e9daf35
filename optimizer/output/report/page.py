"""The page itself: everything put into one template, with libraries, styles and data inside it."""

from __future__ import annotations

from plotly.offline import get_plotlyjs

from optimizer.analysis.check_data import data_warnings
from optimizer.analysis.money import COMPARISON
from optimizer.analysis.moves import moves
from optimizer.analysis.room import checks
from optimizer.output.glossary import GLOSSARY
from optimizer.output.pages import page_environment
from optimizer.output.report import tables
from optimizer.output.report.chains import chains
from optimizer.output.report.charts import cost_chart
from optimizer.output.report.country import country_map, places_to_find
from optimizer.output.report.embedding import json_data, packaged, script, style
from optimizer.output.report.equity import gains
from optimizer.output.report.headline import cards, chains_summary, money_notes, summary
from optimizer.output.report.map import TILES, TILES_BY, plan_map
from optimizer.output.report.neighbourhoods import neighbourhood_section
from optimizer.output.report.networks import plan_of_networks
from optimizer.output.report.rows import Rows
from optimizer.output.report.staff import staff
from optimizer.output.report.subject import Subject

SCRIPTS = ("tables", "plan", "country", "report")  # in the order in which they need each other
MANY = 1_500  # practices; beyond it, the map shows networks first, and tables are data of which the page makes rows


def render(subject: Subject, many: int = MANY) -> str:
    """The page as HTML, for more than `many` practices as one that a browser still moves quickly."""
    has_many = len(subject.practices) > many
    found = checks(subject.instance, subject.evaluation)
    moved = moves(subject.instance, subject.plan.plan, subject.evaluation)
    drawn = (country_map if has_many else plan_map)(subject)
    neighbourhoods = neighbourhood_section(subject)
    rows = Rows(as_data=has_many)
    environment = page_environment("optimizer.output.report")
    data = {
        "map": None if drawn is None else drawn.figure,
        "tiles": [] if drawn is None else drawn.tiles,
        "places": places_to_find(subject),
        "cost": cost_chart(subject),
        "folds": [] if neighbourhoods is None else [vars(fold) for fold in neighbourhoods.folds],
        "tables": rows.tables,  # once the template has come to them
    }
    return environment.get_template("report.html").render(
        subject=subject,
        document=subject.document,
        cards=cards(subject),
        summary=summary(subject),
        hubs=tables.hubs(subject),
        networks=tables.networks(subject),
        of_networks=plan_of_networks(subject),
        care_models=tables.care_models(subject),
        chains=chains(subject),
        chains_summary=chains_summary(subject),
        neighbourhoods=neighbourhoods,
        staff=staff(subject),
        hub_rules=tables.hub_rules(subject, found),
        other_rules=tables.other_rules(subject, found),
        cost=tables.cost(subject),
        money=tables.money(subject),
        network_money=tables.network_money(subject),
        commissioners=tables.commissioners(subject),
        money_notes=money_notes(subject),
        boundaries=tables.boundaries(subject),
        comparison=COMPARISON if subject.today is not None else "",
        gains=gains(subject),
        moved=tables.moved(subject, moved),
        moves_computed=sum(move.computed for move in moved),
        without_consent=tables.without_consent(subject),
        practices=tables.practices(subject),
        run_by_trusts=tables.run_by_trusts(subject),
        assumptions=tables.assumptions(subject.document.assumptions),
        glossary=GLOSSARY,
        data_warnings=data_warnings(subject.instance),
        ratio=None if drawn is None else drawn.ratio,
        drawn=set() if drawn is None else drawn.kinds,
        tiles_by=TILES_BY if drawn is not None and drawn.tiles else "",
        tiles_from="/".join(TILES.split("/")[:3]),
        rows=rows,
        has_many=has_many,
        data=lambda: json_data(data),
        plotly=script(get_plotlyjs()),
        datatables=script(packaged("itables", "html/dt_bundle.js")),
        datatables_style=style(packaged("itables", "html/dt_bundle.css")),
        style=style(packaged("optimizer.output.report", "templates/report.css")),
        scripts=[script(packaged("optimizer.output.report", f"templates/{name}.js")) for name in SCRIPTS],
    )
