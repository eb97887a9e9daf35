"""The price of a sum over the whole plan: hires, networked patients, hubs. Found by what masters use of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class SumPrice:
    """Pounds a unit, above 0 where the lower limit decides, below where the upper one does.

    Use falls with the price: between one at which it is too little and one at which it is too much, the next is where
    a line between the two crosses the limit, not too near to either.
    """

    low: float
    high: float
    usual: float  # pounds a unit: the first step
    price: float = 0.0
    _below: tuple[float, float] | None = field(default=None, repr=False)  # (price, use): too low, used too little
    _above: tuple[float, float] | None = field(default=None, repr=False)

    def learn(self, use: float) -> None:
        """What is used at the price: the next price follows from it."""
        if self.low <= use <= self.high and self.price == 0.0:
            return
        limit = self.low if (self.price > 0.0 or use < self.low) else self.high
        if use < limit:
            self._below = self.price, use
        else:
            self._above = self.price, use
        self.price = self._next(limit)

    def _next(self, limit: float) -> float:
        if self._below is None or self._above is None:
            step = max(self.usual, abs(self.price))
            return self.price + (step if self._above is None else -step)
        (low, less), (high, more) = self._below, self._above
        share = min(0.9, max(0.1, (limit - less) / max(more - less, 1e-9)))
        return low + share * (high - low)
