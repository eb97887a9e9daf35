"""A problem is sent to another process while threads of this one ask it for what it caches."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from random_instances import random_instance

from optimizer.model.build import build_problem
from optimizer.model.pairs import Pairs
from optimizer.model.sent import Sent

PROBLEM = build_problem(random_instance(3, 20))


class Meanwhile:
    """Has something done in the midst of being pickled."""

    def __init__(self, done: Callable[[], object]) -> None:
        self.done = done

    def __reduce__(self) -> tuple[type[int], tuple[()]]:
        self.done()
        return int, ()


def fresh_pairs() -> Pairs:
    reach = PROBLEM.reach
    return Pairs(reach.n_rows, reach.n_columns, reach.row, reach.column, reach.km, reach.cost)


@pytest.mark.parametrize(
    ("fresh", "name"),
    [(fresh_pairs, "_keys"), (lambda: build_problem(random_instance(3, 20)), "crossing_price")],
)
def test_pickled_while_a_property_is_cached(fresh: Callable[[], Sent], name: str) -> None:
    sent = fresh()
    first = next(iter(vars(sent)))
    vars(sent)[first] = Meanwhile(lambda: getattr(sent, name))
    assert name not in vars(sent)
    came = pickle.loads(pickle.dumps(sent))
    assert name in vars(sent)
    assert set(vars(came)) == set(vars(sent)) - {name}
