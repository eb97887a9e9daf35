"""The words on screens, pages and sheets, in plain ones: for the page of a plan, and for docs/glossary.md."""

from __future__ import annotations

from dataclasses import dataclass

from instances.presets import PRESETS
from optimizer.analysis.money import MEANINGS, NAMES


@dataclass(frozen=True)
class Part:
    title: str
    words: tuple[tuple[str, str], ...]  # word, what it means


WHO = Part(
    "Who works together",
    (
        ("Practice", "a GP surgery with its list of registered patients."),
        ("Hub", "practices that work as one, usually for 30,000 to 50,000 patients, at the premises of one of them or "
         "at a hospital: its site. Elsewhere called a primary care home or neighbourhood."),
        ("Network", "hubs under one care model and one lead."),
        ("Lead", "the hub or the hospital that runs a network; the hospital that runs a chain."),
        ("Partner", "a hospital in a network that it does not lead."),
        ("Independent", "a practice that stays on its own, in no hub."),
        ("Patch", "of a hub: the places where it has more of the registered residents than any other hub or "
         "independent practice has."),
        ("Run by a trust", "a practice in no hub that a hospital trust runs, as in Wolverhampton and Birmingham."),
        ("Care model", "the kind of a network (or hub): who leads it, how large it is, what it costs."),
        ("Chain", "hospitals that are alike and share back office and know-how, wherever they are: a problem beside "
         "the plan of practices, with costs of its own."),
        ("Unlikeness", "how much two hospitals differ: differences of their features in standard deviations, each "
         "times its weight, added up."),
        ("Group today", "the PCN or federation that a practice belongs to now."),
        ("Continues", "the hub that carries a group of today on. Its practices stay; the others of the group move."),
        ("Fifths", "patients by how deprived the place is where they live (else their practice): the fifth of all "
         "patients in the most deprived places, and so on."),
        ("Who gains, who loses", "how far patients are from their hub by road, from home where that is known, with the "
         "plan and with today's groups. Further or nearer counts from 0.1 km on."),
        ("Moved", "a practice that leaves its group: its hub does not continue that group, or it has none."),
        ("FTE", "full-time equivalent: staff counted as full-time posts."),
    ),
)  # fmt: skip
MODELS = Part(
    "Care models that were proposed",
    tuple((preset.name, f"{preset.title}: {preset.what}.") for preset in PRESETS.values()),
)
MONEY = Part(
    "What it costs",
    (
        ("Objective", "all costs of a plan in pounds a year, the penalties among them. The plan with the lowest is "
         "sought. It is a measure of plans, not a budget. Weighted: cost and disruption each times the weight that the "
         "instance gives them, 1 by default."),
        *((name.capitalize(), f"{MEANINGS[kind]}.") for kind, name in NAMES.items()),
        ("Running and set-up", "what hubs, networks and their partners cost every year, and once; what is paid once is "
         "spread over the years of the horizon."),
        ("Travel", "what it costs patients, in mileage and time, to go to their hub's site."),
        ("Coordination, travel to leads", "the same for the people of a hub who go to the lead of their network."),
        ("Hires, staff to hire", "posts that the rules on staff call for and that practices do not have."),
        ("Off target size", "a price per patient of hubs (hub size) and networks (network size) outside their target "
         "numbers of patients."),
        ("Misfit", "a price of putting a practice under a care model that suits other patients than it has: models led "
         "by hospitals suit deprived places, models led by GPs others."),
        ("Reluctance", "a price of practices in a network that are reluctant about its care model, not ready for it, "
         "or placed there against their refusal."),
        ("Autonomy", "a price of what practices under a care model no longer decide themselves."),
        ("Strain", "how hard pressed a practice is next to the others, from 0 to 1: patients per GP, vacancies, "
         "rating, a closed list."),
        ("Last resort", "the commissioner's power to place practices in a network that they refuse: those that nobody "
         "took after mediation, and those with serious problems."),
        ("Guarantee", "pounds per patient up to which commissioners raise the core funding of practices in networks. "
         "What a practice gets for it is its top-up."),
        ("Unready bids, delay", "prices of funding bids that are not ready, and of leaving places under strain to a "
         "later wave."),
        ("Across, crossing boundaries", "a price per patient of a practice whose hub, or of a hub whose lead, is in "
         "another area; of boundaries that have one."),
        ("Dividend forgone, forgone dividend", "what care in networks is assumed to save a year and patient, for "
         "patients who are in none. Nobody is billed for it."),
        ("Independents", "a price per patient of practices that stay on their own."),
        ("Trust run", "what trusts are paid for running practices, and (trust run fit) a price per patient of it, "
         "higher where it suits the practice less."),
        ("Disruption", "a price per practice, and per patient, that leaves its group of today."),
        ("Reinvested", "the share of the dividend of patients in networks that goes back into care. No plan is judged "
         "by it."),
        ("Capitated budget", "what a network would be given a year to care for its patients. No plan is judged by it."),
        ("Weighted list", "a practice's patients weighted by what care they need (Carr-Hill), by which money is "
         "given."),
        ("Commissioner", "who pays for the care of an area. Delegated: it commissions general practice, too."),
        ("Transformation fund", "the money that there is for setting up hubs and networks, once."),
    ),
)  # fmt: skip
PROOF = Part(
    "How good it is",
    (
        ("No plan costs less than, bound", "the least that any plan can cost that keeps the rules: computed and "
         "checked here, or claimed, where a backend says so and nothing here can tell. Certified: written "
         "down so that anybody can check it again."),
        ("Gap, distance from the best", "how far a plan is above that at most, as a share of its cost."),
        ("Room", "how far a figure is from its limit; 0 is at the limit, below 0 breaks the rule."),
        ("Target, in band", "the numbers of patients that a hub or network should have. Outside them it is dearer; "
         "outside the minimum and maximum it is not allowed."),
        ("Today", "each group of today as if it were a hub, by the same rules and prices."),
        ("Solver, backend", "the program that looks for the plan."),
        ("Assumed figure", "a number that nobody stated and that stands at its default."),
        ("Pairs grouped differently", "of two practices that share a hub in one of two plans, the share that do not in "
         "the other."),
    ),
)  # fmt: skip
RULES = Part(
    "Rules, as they are called where they are broken",
    (
        ("one group each", "every practice is in one hub, or independent if it may be."),
        ("site", "a hub is at a place that can host one, and no place has two."),
        ("network", "a hub is in one network at most, and no network is empty."),
        ("hires", "what a plan says of hires makes sense."),
        ("distance", "nobody is further from the hub, and no hub from the lead, than is allowed."),
        ("far share", "no more of a hub's patients, or of all, live far from their hub than is allowed."),
        ("zone share", "no more of a hub's patients live outside the zone of its site than is allowed."),
        ("hub population", "a hub has neither too few nor too many patients."),
        ("oversize", "a practice too large for any hub is one of its own."),
        ("capacity", "a site takes no more patients than it has room for."),
        ("host", "the practice whose premises are the site is in the hub."),
        ("lead", "the lead can lead such a network and is in it."),
        ("network population", "a network has neither too few nor too many patients."),
        ("hub workforce", "a hub has the staff that its patients call for."),
        ("network workforce", "so has a network."),
        ("labour market", "no more is hired than there is to be had."),
        ("coverage", "as large a share of all patients is in networks as is asked for. It is broken in one place at "
         "most, the plan as a whole. Today nobody is in a network, so today breaks it wherever a share is asked for."),
        ("model shares", "the share of patients under a care model is within its limits."),
        ("model counts", "so is the number of networks of a care model."),
        ("consent", "no practice is under a care model that it refuses, the commissioner's last resort aside."),
        ("delegation", "practices under a care model that needs a delegated commissioner have one."),
        ("fund", "setting up costs no more than the transformation fund."),
        ("disruption", "moving practices costs no more than is allowed."),
        ("boundaries", "no hub, or no network, crosses a border of areas that it is not to cross, exceptions aside."),
        ("keep together", "these practices are in one hub."),
        ("keep apart", "these are in different ones."),
        ("fixed hub", "this practice is in the hub at that place."),
        ("barred hub", "it is not in the hub at that place."),
        ("fixed network", "it is in that network, or under that care model."),
        ("must open", "there is a hub at that place."),
        ("must not open", "there is none."),
        ("counts", "the number of hubs is within its limits."),
        ("continuity", "one hub continues one group of today at most, and a group lives on in one hub."),
        ("contiguity", "the practices of a group are neighbours of each other, without gaps."),
        ("whole area", "a network that is to cover an area has all its practices, and nobody else."),
        ("area shares", "the areas that are whole in networks of a care model are within shares of all areas."),
        ("bids", "a bid is funded whole, with its lead and its members, or not at all."),
        ("waves", "every network starts in one of the waves, where there are any."),
        ("wave networks", "no more networks start in a wave than it may have."),
        ("wave fund", "setting up the networks of a wave costs no more than its fund has."),
        ("partners", "a network has as many hospitals beside its lead, of the kinds and as near, as is asked for."),
        ("one network each", "a hospital is in one network at most."),
        ("lead capacity", "a hospital leads no more patients and practices than it can take on."),
        ("trust run", "a trust runs practices that are near it and do not refuse, and no more than it can."),
        ("equity", "no deprivation fifth of patients lives further from its hubs than it may: the most deprived than "
         "the limit, each than from today's hubs."),
        ("chain members", "a chain has hospitals that may be in one, and each of them is in one chain at most."),
        ("chain size", "a chain has neither too few nor too many hospitals."),
        ("chain lead", "a chain is led by one of its hospitals that is strong enough."),
    ),
)  # fmt: skip
GLOSSARY = (WHO, MODELS, MONEY, PROOF, RULES)


def as_markdown() -> str:
    """docs/glossary.md."""
    lines = [
        "# Words",
        "",
        "The words on screens, pages and sheets. The rules and prices themselves: [model.md](model.md).",
    ]
    for part in GLOSSARY:
        lines += ["", f"## {part.title}", ""]
        lines += [f"- **{word}**: {meaning}" for word, meaning in part.words]
    return "\n".join(lines) + "\n"
