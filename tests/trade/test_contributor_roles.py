"""The roles of ONIX code list 17 and what the shop calls each."""

import re

from bookshop.trade.contributor_roles import (
    AUTHOR,
    EDITOR,
    UNKNOWN_ROLE,
    ContributorRole,
    contributor_roles,
    find_role,
)


def test_every_role_has_a_code_a_phrase_and_a_name() -> None:
    assert len(contributor_roles()) > 30
    for code, role in contributor_roles().items():
        assert re.fullmatch("[A-Z][0-9]{2}", code)
        assert role.phrase == role.phrase.strip() != ""
        assert role.name == role.name.strip() != ""


def test_a_role_has_a_phrase_a_name_and_a_property_of_schema_org() -> None:
    assert find_role(AUTHOR) == ContributorRole("by", "Author", "author")
    assert find_role(EDITOR) == ContributorRole("edited by", "Editor", "editor")
    assert (
        find_role("A13")
        == find_role("A08")
        == ContributorRole("photographs by", "Photographer", "contributor")
    )


def test_a_role_that_is_not_in_the_list_is_a_contributor() -> None:
    assert find_role("Z99") is UNKNOWN_ROLE
