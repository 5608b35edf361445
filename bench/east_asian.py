"""Titles and names in scripts that put no spaces between words, or join particles to them."""

import random

from bench.zipf import Zipf

WORDS = 20_000
IDEOGRAPHS = [chr(code) for code in range(0x4E00, 0x9FA0, 8)]
KATAKANA = [chr(code) for code in range(0x30A2, 0x30EE)]
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A0, 7)]
CHARACTERS = {"chi": IDEOGRAPHS, "jpn": IDEOGRAPHS + KATAKANA, "kor": SYLLABLES}
# what joins the words of a title
JOINTS = {"chi": ("", "", "的", "之"), "jpn": ("の", "の", "と", ""), "kor": (" ", "의 ", "와 ", "는 ")}
MAX_WORDS = 4


class EastAsian:
    """The words of each language, of which titles and names are made."""

    def __init__(self) -> None:
        chance = random.Random(3)
        self.words = {
            language: invent_words(chance, characters) for language, characters in CHARACTERS.items()
        }

    def title(self, chance: random.Random, language: str) -> str:
        """Make a title of a few words."""
        first, *words = self.words[language].choose(chance, chance.randint(1, MAX_WORDS))
        return first + "".join(chance.choice(JOINTS[language]) + word for word in words)

    def name(self, chance: random.Random, language: str) -> str:
        """Make a person's name."""
        return "".join(self.words[language].choose(chance, 2))


def invent_words(chance: random.Random, characters: list[str]) -> Zipf:
    """Invent different words of two or three characters."""
    common = Zipf.of(chance.sample(characters, len(characters)), 0.7)
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made["".join(common.choose(chance, chance.choice((2, 2, 3))))] = None
    return Zipf.of(list(made))
