"""Practices in no hub in a search: on their own, or run by the trust that costs least and has room.

Whom a trust takes on when others come and go is no more than a guess: a plan made from the state has the best choice.
"""

from __future__ import annotations

import numpy as np

from optimizer.construct.world import below, inner, moved, practices, run_cost, trusts
from optimizer.model.arrays import NONE


@inner
def independence_cost(w, i):
    """Cost of a practice in no hub, a penalty where it is on its own and may not be."""
    p = practices(w)[i]
    if p.run_by >= 0:
        return run_cost(w)[i, p.run_by] + p.move_cost
    return p.alone_cost + p.move_cost + (1 - p.may_be_alone) * w.step


@inner
def put_outside(w, i, trust):
    """Count a practice in no hub, run by a trust or on its own (NONE)."""
    p = practices(w)[i]
    p.run_by = trust
    if trust >= 0:
        trusts(w)[trust].practices += 1
        trusts(w)[trust].patients += p.patients
    else:
        w.faults += 1 - p.may_be_alone
    w.cost += independence_cost(w, i)
    w.far += p.far_alone


@inner
def take_inside(w, i):
    """Count a practice in no hub no longer."""
    p = practices(w)[i]
    w.cost -= independence_cost(w, i)
    w.far -= p.far_alone
    if p.run_by >= 0:
        trusts(w)[p.run_by].practices -= 1
        trusts(w)[p.run_by].patients -= p.patients
        p.run_by = NONE
    else:
        w.faults -= 1 - p.may_be_alone


@inner
def best_runner(w, i):
    """The trust with room that costs a practice least; NONE where it is cheaper on its own."""
    p, trust = practices(w)[i], trusts(w)
    best, least = NONE, p.alone_cost + (1 - p.may_be_alone) * w.step
    for t in range(w.n_trusts):
        if (
            run_cost(w)[i, t] < least
            and trust[t].practices < trust[t].practices_max
            and trust[t].patients + p.patients <= trust[t].patients_max
        ):
            best, least = t, run_cost(w)[i, t]
    return best


@inner
def note_practice(w, i):
    """Remember where a practice is, for an undo."""
    p, note = practices(w)[i], moved(w)[w.n_moved]
    note.what, note.was, note.run_by = i, p.hub, p.run_by
    w.n_moved += 1


@inner
def change_runner(w, i):
    """Another trust, or none, for a practice in no hub: in place of one that it runs, if it is full."""
    t = below(w, w.n_trusts)
    if run_cost(w)[i, t] == np.inf or practices(w)[i].run_by == t:
        return
    trust, patients = trusts(w)[t], practices(w)[i].patients
    other = NONE
    if trust.practices >= trust.practices_max or trust.patients + patients > trust.patients_max:
        other = _run_by(w, t)
        if other < 0 or trust.patients - practices(w)[other].patients + patients > trust.patients_max:
            return
        note_practice(w, other)
        take_inside(w, other)
    note_practice(w, i)
    take_inside(w, i)
    put_outside(w, i, t)
    if other >= 0:
        put_outside(w, other, best_runner(w, other))


@inner
def _run_by(w, trust):
    """A random practice that the trust runs, NONE if there is none."""
    i = below(w, w.n_practices)
    for _ in range(w.n_practices):
        if practices(w)[i].run_by == trust:
            return i
        i = i + 1 if i + 1 < w.n_practices else 0
    return NONE
