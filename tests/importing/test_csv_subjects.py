import pytest

from bookshop.importing.rules.csv_subjects import parse_keywords, parse_subjects


@pytest.mark.parametrize(
    ("text", "codes", "others"),
    [
        ("FBA", [("93", "FBA")], []),
        ("F", [("93", "F")], []),
        ("FIC004000", [("10", "FIC004000")], []),
        ("FIC004000 FICTION / Classics", [("10", "FIC004000")], ["Classics"]),
        ("FBA: Modern fiction", [("93", "FBA")], []),
        ("FBA; FIC004000|1FMS", [("93", "FBA"), ("10", "FIC004000"), ("94", "1FMS")], []),
        ("FBA, FF", [("93", "FBA"), ("93", "FF")], []),
        ("3MN,4Z-GB", [("96", "3MN"), ("97", "4Z-GB")], []),
        # a letter that begins a title is not a code
        ("A history of tea", [], ["A history of tea"]),
        ("I Spy", [], ["I Spy"]),
        ("Poetry; Sea stories, English", [], ["Poetry", "Sea stories, English"]),
        ("fiction", [], ["fiction"]),
        ("7AB", [], ["7AB"]),
        ("ABCDEFGHIJ", [], ["ABCDEFGHIJ"]),
        ("", [], []),
    ],
)
def test_codes_are_told_from_other_subjects(
    text: str, codes: list[tuple[str, str]], others: list[str]
) -> None:
    found, rest = parse_subjects(text)
    assert [(one["scheme"], one["code"]) for one in found] == codes
    assert rest == others


def test_keywords_are_separated_by_any_usual_mark() -> None:
    assert parse_keywords("tea; harbours, ropes |  sea ;;") == ["tea", "harbours", "ropes", "sea"]
