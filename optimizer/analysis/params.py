"""What decides how trade-offs and other plans are looked for, with the reason beside each value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FrontierParams:
    """The trade-off of cost against disruption. Prices are pounds of cost for a pound of disruption."""

    tie_price: float = 1e-4  # settles ties, and moves a cost by next to nothing
    end_price: float = 100.0  # dearer than any trade worth making
    limited_solver: str = "search"  # with a limit on disruption, which the default's proof leaves out ...
    small: int = 20  # ... but for so few practices
    ends_shares: tuple[float, float, float, float] = (
        0.2,  # of the time: least cost
        0.08,  # least disruption
        0.12,  # its cost, priced
        0.1,  # its cost, limited
    )
    equity_shares: tuple[float, float, float] = (0.25, 0.15, 0.1)  # of the time, likewise, against equity
    enough: float = 1e-4  # relative gap at which a point is left as it is


@dataclass(frozen=True)
class AlternativesParams:
    """Plans near the best known. Heat is in halves of a typical hub's cost."""

    base_share: float = 0.3  # of the time, for the best plan
    rounds_per_plan: int = 50  # at most
    least_difference: float = 0.05  # share of pairs; a plan that is nearer to another is no alternative to it
    first_heat: float = 0.15
    heat: tuple[float, float] = (0.005, 1.0)  # at least, at most
    gentler: float = 0.7  # times the heat, after a plan that costs too much ...
    bolder: float = 1.4  # ... and after one that does not


@dataclass(frozen=True)
class NeighbourhoodParams:
    """What is too little to be told of where patients live."""

    touched_percent: int = 1  # of a hub's patients: fewer in a council are movers and distant students
    split_percent: int = 10  # of a place's residents: fewer with a hub do not split it
    least_residents: int = 50  # of a place that is counted: fewer are of practices beyond the area


@dataclass(frozen=True)
class EquityParams:
    """Who gains and who loses."""

    threshold_km: float = 0.1  # of a way: a change that is less is none; nobody notices 100 metres
    furthest_share: float = 0.1  # of patients: those that travel most
    worst_places: int = 10  # that are named


@dataclass(frozen=True)
class AnalysisParams:
    """Of the analyses that solve again, and of measures."""

    frontier: FrontierParams = FrontierParams()
    alternatives: AlternativesParams = AlternativesParams()
    neighbourhoods: NeighbourhoodParams = NeighbourhoodParams()
    equity: EquityParams = EquityParams()


DEFAULTS = AnalysisParams()
