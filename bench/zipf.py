"""Texts of which a few are common and most are rare."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Zipf:
    """Texts, the most common first."""

    texts: Sequence[str]
    weights: Sequence[float]

    @classmethod
    def of(cls, texts: Sequence[str], power: float = 1.0) -> "Zipf":
        """Weigh the texts by Zipf's law."""
        return cls(texts, list(accumulate(1 / (n + 2) ** power for n in range(len(texts)))))

    def choose(self, chance: random.Random, count: int) -> list[str]:
        """Choose `count` texts."""
        return chance.choices(self.texts, cum_weights=self.weights, k=count)
