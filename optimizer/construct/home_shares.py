"""How many patients of a hub in a search live far from a site, or outside its zone, beside how many may."""

from __future__ import annotations

from optimizer.construct.world import hubs, inner, practices, shares, whole_matrix
from optimizer.model.arrays import NO_LIMIT

FAR = 0  # the first share, where patients who live far are limited


@inner
def _counted(w, hub, site, s):
    """Patients of the members who count for a share at a site."""
    p = practices(w)
    counted = whole_matrix(w.counted, w.rows_counted, w.columns_counted)
    row, found = s * w.n_sites + site, 0
    i = hubs(w)[hub].first
    while i >= 0:
        found += counted[row, i]
        i = p[i].next
    return found


@inner
def patients_beyond(w, hub, site, s):
    """Patients of a hub at a site beyond what a share allows; not above 0 where it is kept."""
    share = shares(w)[s]
    if share.part == share.whole:
        return 0.0
    beyond = _counted(w, hub, site, s) * share.whole - hubs(w)[hub].population * share.part
    return beyond / share.whole


@inner
def far_patients(w, hub):
    """Of its members at its site; 0 where the whole plan may have any number."""
    return 0 if w.far_max >= NO_LIMIT else _counted(w, hub, hubs(w)[hub].site, FAR)
