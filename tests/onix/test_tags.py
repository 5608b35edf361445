from bookshop.onix.elements import (
    COMPOSITES,
    DATES,
    FLAGS,
    REPEATED_COMPOSITES,
    REPEATED_VALUES,
    TEXTS,
    VALUE_ELEMENTS,
)
from bookshop.onix.tags import ElementKind, tags_in
from tests.onix.messages import short_names

WITH_TEXT = (*VALUE_ELEMENTS, *REPEATED_VALUES, *DATES, *FLAGS, *TEXTS)
WITH_ELEMENTS = (*REPEATED_COMPOSITES, *COMPOSITES)


def test_both_names_of_every_element_are_those_of_the_schemas() -> None:
    schemas = short_names()
    assert [(name, short) for name, short, _ in WITH_TEXT if schemas.get(name) != short] == []
    assert [name for name, _ in WITH_ELEMENTS if schemas.get(name) != name.lower()] == []


def test_no_name_means_two_things() -> None:
    assert len(tags_in("")) == 2 * (len(WITH_TEXT) + len(WITH_ELEMENTS))


def test_names_are_qualified_as_lxml_does() -> None:
    assert tags_in("urn:x")["{urn:x}b203"] == tags_in("")["TitleText"] == (ElementKind.VALUE, "text")
