import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.title_key import MAX_TITLE_KEY_CHARS, title_key


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (
            "eng",
            [
                "2 Lives",
                "10 Lives",
                "An Apple",
                "the Bean",
                "Beanstalk",
                "A Cat’s Tale",
                "New York",
                "Newark",
            ],
        ),
        ("fre", ["L’Étranger", "Fables", "Les Misérables", "The End"]),
        ("ger", ["Abend", "Die Verwandlung", "Das Zeichen"]),
        ("", ["The Ark", "Łódź", "Zoo", "孤独", "百年孤独"]),
    ],
)
def test_titles_are_sorted_as_in_a_shop(language: str, titles: list[str]) -> None:
    assert sorted(titles, key=lambda title: title_key(title, language)) == titles


@pytest.mark.parametrize(("title", "key"), [("A", "a"), ("The", "the"), ("!?", ""), ("Die Hard", "die hard")])
def test_an_article_is_left_out_only_before_other_words_of_its_language(title: str, key: str) -> None:
    assert title_key(title, "eng") == key


@given(st.text(max_size=120), st.sampled_from(["eng", "fre", "zho", ""]))
def test_keys_are_short_words_with_single_spaces(title: str, language: str) -> None:
    key = title_key(title, language)
    assert len(key) <= MAX_TITLE_KEY_CHARS
    assert key == " ".join(key.split())
