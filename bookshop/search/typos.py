"""Typos: the words that may have been meant by a misspelled one."""

# a typo is looked for among the letters of the word's own alphabet
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдежзийклмнопрстуфхцчшщъыьэюяієђјљњћџ",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگ",
    "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
    "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
)
MIN_TYPO_CHARS = 3


def typos(word: str) -> list[str]:
    """Return all words that are one edit away.

    An edit adds, removes or replaces a letter, or swaps two.
    """
    if len(word) < MIN_TYPO_CHARS or not word.isalpha():
        return []
    letters = next((letters for letters in ALPHABETS if any(c in letters for c in word)), "")
    halves = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    edits = {left + right[1:] for left, right in halves if right}
    edits |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    edits |= {left + letter + right[1:] for left, right in halves if right for letter in letters}
    edits |= {left + letter + right for left, right in halves for letter in letters}
    return sorted(edits - {word})
