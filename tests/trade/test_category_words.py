"""Plain words for subjects lead to a category, or to none where that would be a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.trade.categories import CATEGORIES, Category
from bookshop.trade.category_words import category_named, category_of_words


def slug_of(*subjects: str) -> str | None:
    category = category_of_words(subjects)
    return category.slug if category else None


@pytest.mark.parametrize(
    ("subject", "slug"),
    [
        ("Antiques & Collectibles", "home"),
        ("ART", "art"),
        ("BIBLES", "ideas"),
        ("Biography & Autobiography", "biography"),
        ("Body, Mind & Spirit", "ideas"),
        ("Business & Economics", "business"),
        ("COMICS & GRAPHIC NOVELS", "comics"),
        ("Computers", "technology"),
        ("Cooking", "food"),
        ("Cookery", "food"),
        ("Cookery, Food and Drink", "food"),
        ("Food & Drink", "food"),
        ("Italian cookery", "food"),
        ("Crafts & Hobbies", "home"),
        ("Education", "politics"),
        ("Family & Relationships", "health"),
        ("Foreign Language Study", "languages"),
        ("Games & Activities", "sport"),
        ("Health & Fitness", "health"),
        ("House & Home", "home"),
        ("Humor", "humour"),
        ("Juvenile Nonfiction / Science & Nature", "children"),
        ("Kids", "children"),
        ("Children’s Books", "children"),
        ("Children's history", "children"),
        ("Language Arts & Disciplines", "languages"),
        ("Performing Arts", "music"),
        ("Political Science", "politics"),
        ("Reference", "languages"),
        ("Self-Help", "health"),
        ("Sports & Outdoors", "sport"),
        ("Technology & Engineering", "technology"),
        ("True Crime", "mystery"),
        ("Young Adult Fiction", "young-adult"),
        ("Crime Fiction", "mystery"),
        ("Fiction", "fiction"),
        ("Historical Fiction", "fiction"),
        ("Fiction / Sports", "fiction"),
        ("Fiction / Mystery & Detective / Women Sleuths", "mystery"),
        ("Books > Fiction > Romance", "romance"),
        ("Nonfiction / History", "history"),
        ("Science Fiction", "fantasy"),
        ("hard science fiction", "fantasy"),
        ("Science Fiction & Fantasy", "fantasy"),
        ("Science & Nature", "science"),
        ("Graphic Novels", "comics"),
        ("Manga", "comics"),
        ("Military History", "history"),
        ("Belletristik", "fiction"),
        ("Kinder- und Jugendbücher", "children"),
        ("Bandes dessinées", "comics"),
        ("Romans policiers", "mystery"),
        ("Ciencia ficción", "fantasy"),
        ("Cucina", "food"),
        ("Kookboeken", "food"),
    ],
)
def test_words_of_lists_lead_to_a_category(subject: str, slug: str) -> None:
    assert slug_of(subject) == slug


@pytest.mark.parametrize(
    "subject",
    [
        "Fantasy Football",
        "Non-fiction",
        "Adult Non Fiction",
        "General",
        "Books",
        "History of science",
        "Romance languages",
        "Art & Antiques",
        "Martial arts",
        "Time travel",
        "Teenage pregnancy",
        "Child psychology",
        "A history of tea",
        "Business English",
        "Signed copies",
        "",
        "&",
    ],
)
def test_a_category_is_never_guessed(subject: str) -> None:
    assert slug_of(subject) is None


@pytest.mark.parametrize(
    ("subjects", "slug"),
    [
        (("Fiction", "Mystery & Detective", "General"), "mystery"),
        (("Sports", "Fiction"), "fiction"),
        (("Signed copies", "Travel", "Cookery"), "travel"),
        (("Fiction", "Juvenile"), "children"),
    ],
)
def test_several_subjects_lead_to_one_category(subjects: tuple[str, ...], slug: str) -> None:
    assert slug_of(*subjects) == slug


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda category: category.slug)
def test_a_category_is_known_by_its_name(category: Category) -> None:
    for name in (
        category.name,
        category.name.lower(),
        category.name.replace("&", "and"),
        f"{category.name} books",
    ):
        assert category_named(name) is category
        assert category_of_words([name]) is category


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("poetry", "poetry"),
        ("childrens", "children"),
        ("kids' books", "children"),
        ("sf", "fantasy"),
        ("cookery", "food"),
    ],
)
def test_a_category_is_known_by_what_shoppers_call_it(query: str, slug: str) -> None:
    assert category_named(query) is CATEGORIES[slug]


@given(st.text())
def test_any_text_may_be_typed(text: str) -> None:
    assert category_of_words([text]) in (None, *CATEGORIES.values())
    assert category_named(text) in (None, *CATEGORIES.values())
