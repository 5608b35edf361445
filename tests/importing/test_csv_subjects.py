import pytest

from bookshop.importing.rules.csv_subjects import parse_keywords, parse_subjects, parse_thema


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
        # words in capitals are not codes
        ("TRAVEL", [], ["TRAVEL"]),
        ("POETRY, CRIME; ART", [], ["POETRY", "CRIME", "ART"]),
        (
            "WAR|MUSIC|SCIENCE|SPORT|LAW|DNA|RELIGION",
            [],
            ["WAR", "MUSIC", "SCIENCE", "SPORT", "LAW", "DNA", "RELIGION"],
        ),
        ("AT HOME", [], ["AT HOME"]),
        ("TV; UK; 3D; 3RD", [], ["TV", "UK", "3D", "3RD"]),
        ("FICTION / General", [], ["FICTION", "General"]),
        # one step below a code of our list
        ("FBAN; YFCB", [("93", "FBAN"), ("93", "YFCB")], []),
        ("FBA - Modern fiction", [("93", "FBA")], []),
        ("FF: Crime", [("93", "FF")], []),
        ("", [], []),
    ],
)
def test_codes_are_told_from_other_subjects(
    text: str, codes: list[tuple[str, str]], others: list[str]
) -> None:
    found, rest = parse_subjects(text)
    assert [(one["scheme"], one["code"]) for one in found] == codes
    assert rest == others


@pytest.mark.parametrize(
    ("text", "codes", "others"),
    [
        ("NHTP1; 1D", [("93", "NHTP1"), ("94", "1D")], []),
        ("AT: Performing arts", [("93", "AT")], []),
        ("CRIME", [], ["CRIME"]),
        ("FIC004000", [("10", "FIC004000")], []),
    ],
)
def test_a_column_of_thema_has_codes_that_are_not_in_our_list(
    text: str, codes: list[tuple[str, str]], others: list[str]
) -> None:
    found, rest = parse_thema(text)
    assert [(one["scheme"], one["code"]) for one in found] == codes
    assert rest == others


def test_keywords_are_separated_by_any_usual_mark() -> None:
    assert parse_keywords("tea; harbours, ropes |  sea ;;") == ["tea", "harbours", "ropes", "sea"]
