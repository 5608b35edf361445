from bookshop.onix import tags
from bookshop.onix.tags import Kind, tags_in
from tests.onix.messages import short_names


def test_both_names_of_every_element_are_those_of_the_schemas() -> None:
    schemas = short_names()
    with_text = (*tags.VALUES, *tags.LISTS, *tags.DATES, *tags.FLAGS, *tags.TEXTS)
    assert [(name, short) for name, short, _ in with_text if schemas.get(name) != short] == []
    with_elements = (*tags.GROUPS, *tags.SINGLES)
    assert [name for name, _ in with_elements if schemas.get(name) != name.lower()] == []


def test_no_name_means_two_things() -> None:
    count = sum(map(len, (tags.VALUES, tags.LISTS, tags.DATES, tags.FLAGS, tags.TEXTS)))
    groups = len(tags.GROUPS) + len(tags.SINGLES)
    assert len(tags_in("")) == 2 * (count + groups)


def test_names_are_qualified_as_lxml_does() -> None:
    assert tags_in("urn:x")["{urn:x}b203"] == tags_in("")["TitleText"] == (Kind.VALUE, "text")
