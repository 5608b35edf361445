"""What of a book the index stores."""

from hypothesis import given

from bookshop.search.book_tokens import STOP_WORDS, tokens_of, vocabulary_of, whole_title
from bookshop.search.facet import counted_tokens
from bookshop.search.words import MAX_WORD_CHARS, UNITS
from tests.search.strategies import junk


def test_a_book_has_its_words_the_first_letters_of_those_in_titles_and_its_facets() -> None:
    tokens = tokens_of("Émile’s sea", ["Ann Lee"], ["Penguin sea"], ["s_fiction", "c_ann-lee"])
    assert set(tokens) == {
        *("a_", "n_", "s_fiction", "c_ann-lee", whole_title(["emile", "s", "sea"])),
        *("_emile", "_emiles", "_s", "_sea", "_ann", "_lee"),
        *("__e", "__em", "__emi", "__emil", "__s", "__se", "__sea"),
        *("__a", "__an", "__ann", "__l", "__le", "__lee"),
        *("penguin", "sea"),
    }
    assert set(vocabulary_of(tokens)) == {"emile", "emiles", "sea", "ann", "lee", "penguin"}
    assert set(vocabulary_of(["_covid19", "1984", "_l2", "x_a1", "__sea"])) == {"covid19"}
    assert set(counted_tokens(tokens)) == {"a_", "s_fiction"}


@given(junk, junk, junk)
def test_every_token_can_be_stored(title: str, people: str, other: str) -> None:
    for token in tokens_of(title, [people], [other], []):
        assert token
        assert all(c in "_-" or UNITS.fullmatch(c) for c in token)
        assert len(token) <= MAX_WORD_CHARS + 2


def test_a_book_has_a_bounded_number_of_tokens() -> None:
    many = " ".join(f"1{n}" for n in range(1000))
    tokens = tokens_of(many, [many], [many], [])
    assert sum(token.startswith("_1") for token in tokens) == 100
    assert sum(token.startswith("1") for token in tokens) == 300
    fields = [f"w{n}" for n in range(1000)]
    tokens = tokens_of("", fields, fields, [])
    assert sum(token.startswith("_w") for token in tokens) == 200
    assert sum(token.startswith("w") for token in tokens) == 600
    tokens = tokens_of(" ".join(sorted(STOP_WORDS)), [], [], [])
    assert sum(token.startswith("y_") for token in tokens) == 8 * 7 / 2
