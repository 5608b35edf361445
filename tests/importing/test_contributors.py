from bookshop.catalogue.book import Contributor
from tests.importing.derived import a_derived_book


def test_one_person_in_two_roles_has_two_lines_and_one_biography() -> None:
    person = {
        "roles": ["A01", "A12", "A01", "?"],
        "name": "Ada  Bond",
        "biography": {"text": "Draws."},
        "isni": "x",
    }
    assert a_derived_book({"1": {"contributors": [person]}}).contributors == (
        Contributor("A01", "Ada  Bond", "ada-bond", "<p>Draws.</p>"),
        Contributor("A12", "Ada  Bond", "ada-bond"),
    )


def test_a_text_about_the_author_is_a_lone_authors_biography() -> None:
    texts = {"texts": [{"type": "12", "text": "Lives on a barge."}]}
    ada, bob = ({"roles": ["A01"], "name": name} for name in ("Ada", "Bob"))
    alone = a_derived_book({"1": {"contributors": [ada]}, "2": texts})
    together = a_derived_book({"1": {"contributors": [ada, bob]}, "2": texts})
    assert [person.biography for person in alone.contributors] == ["<p>Lives on a barge.</p>"]
    assert [person.biography for person in together.contributors] == ["", ""]
