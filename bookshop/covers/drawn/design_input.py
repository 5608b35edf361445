"""What a design draws from."""

from dataclasses import dataclass

from bookshop.covers.drawn.palette import Palette
from bookshop.covers.drawn.seeded_random import SeededRandom


@dataclass(frozen=True, slots=True)
class DesignInput:
    title: str
    author: str
    colours: Palette
    random: SeededRandom
