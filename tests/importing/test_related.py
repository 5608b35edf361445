import pytest

from tests.importing.derived import a_derived_book


@pytest.mark.parametrize(
    ("works", "key"),
    [
        ([("01", "11", "A022009")], "11:A022009"),
        ([("01", "01", "77")], "01:murray:77"),
        ([("01", "01", "77"), ("01", "11", "A022009")], "11:A022009"),
        ([("02", "11", "A022009")], ""),
        ([], ""),
    ],
)
def test_editions_of_a_work_share_a_key(works: list[tuple[str, str, str]], key: str) -> None:
    found = [{"code": code, "type": kind, "id": value} for code, kind, value in works]
    assert a_derived_book({"4": {"publisher": "Murray"}, "5": {"works": found}}).work == key
