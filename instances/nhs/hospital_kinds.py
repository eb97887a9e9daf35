"""The kind of a hospital site, from what a list of sites says of it: a stated type, or else names.

Lists such as that of NHS Choices have no usable type. Names of site and provider decide then; docs/nhs.md says how
often that agrees with the returns of the estates department, which do state a type.
"""

from __future__ import annotations

import re

from instances.values import HospitalKind

# Types as estates returns (ERIC) and cleaned tables word them; the first word found decides. A `mixed service
# hospital` may be acute or community: names decide.
_STATED: tuple[tuple[str, HospitalKind], ...] = (
    ("mental", "mental_health"),
    ("learning dis", "mental_health"),
    ("specialist", "specialist"),
    ("community", "community"),
    ("acute", "acute"),
    ("other", "other"),
    ("support", "other"),
    ("treatment cent", "other"),
)

_MENTAL_SITE = re.compile(r"mental|psychiatr|maudsley|bethlem|rampton|secure|crisis")
_SPECIALIST = re.compile(
    r"orthop|\bheart and chest|chest hospital|\beyes?\b|women|child|christie|marsden|walton centre|papworth|cancer"
    r"|royal brompton|harefield|neuro|dental|tropical|\bear\b|maternity|queen charlotte|weston park"
    r"|queen victoria hospital|ormond street|wrightington|rheumatic"
)
_SPECIALIST_BESIDE_ACUTE = re.compile(r"wrightington")  # a trust of that name has a general hospital too
_COMMUNITY_SITE = re.compile(r"community|cottage|memorial|day hospital|rehabilitation")
_COMMUNITY_PROVIDER = re.compile(r"community|care services|primary care|virgin care|\bcic\b|solent|surrey health")
_HOSPITAL = re.compile(
    r"hospital|infirmary|addenbrooke|queen's medical|royal free|st thomas'|salford royal|whittington health"
)
_PART = re.compile(
    r"\bunit\b|\bwards?\b|\bcentre\b|\bclinic\b|\bhouse\b|hospice|\bdepartment\b|\bservices?\b|outpatient|dermatology|outreach|\bhq\b"
)

# Trusts of mental health or community care whose names do not say so.
_NOT_ACUTE = re.compile(
    r"mental|partnership|community|\bcare nhs|care trust|2gether|oxleas|solent|southern health|maudsley|oxford health"
    r"|norfolk and suffolk|east london|north east london|central and north west london|bradford district|boroughs"
    r"|(dorset|berkshire|derbyshire|northamptonshire|nottinghamshire|shropshire|combined|foundation) healthcare"
    r"|care services|social care|tavistock|leeds and york|cambridgeshire and peterborough|south humber"
)
_MENTAL_PROVIDER = re.compile(
    r"mental|2gether|oxleas|maudsley|norfolk and suffolk|east london|mersey care|london|tavistock|sussex partnership"
    r"|hertfordshire partnership|lincolnshire partnership|coventry and warwickshire|wirral|devon partnership|sheffield"
    r"|staffordshire|bradford|south humber|boroughs|black country|surrey and borders|kent and medway|pennine|lancashire"
)
_NHS_PROVIDER = re.compile(r"R|TA", re.IGNORECASE)  # ODS codes of NHS trusts begin so


def stated_kind(text: str) -> HospitalKind | None:
    """The kind that a type such as `Community hospital (with inpatient beds)` states; None if it states none."""
    lowered = text.lower().replace("_", " ")
    return next((kind for word, kind in _STATED if word in lowered), None)


def guessed_kind(name: str, provider: str, provider_code: str) -> HospitalKind:
    """The kind that names suggest; `other` where they suggest nothing."""
    site, owner = name.lower(), provider.lower()
    site = site.split(" - ")[0] if _HOSPITAL.search(site.split(" - ")[0]) else site  # `X Hospital - its trust`
    if _MENTAL_SITE.search(site):
        return "mental_health"
    if not _NHS_PROVIDER.match(provider_code):
        return "community" if _COMMUNITY_SITE.search(site) and _COMMUNITY_PROVIDER.search(owner) else "other"
    if _NOT_ACUTE.search(owner):
        return _of_other_trust(site, owner)
    if _SPECIALIST.search(site) or (_SPECIALIST.search(owner) and not _SPECIALIST_BESIDE_ACUTE.search(owner)):
        return "specialist"
    if _COMMUNITY_SITE.search(site):
        return "community"
    return "acute" if _HOSPITAL.search(site) and not _PART.search(site) else "other"


def _of_other_trust(site: str, owner: str) -> HospitalKind:
    if _COMMUNITY_SITE.search(site) or _COMMUNITY_PROVIDER.search(owner):
        return "community"
    return "community" if _HOSPITAL.search(site) and not _MENTAL_PROVIDER.search(owner) else "mental_health"
