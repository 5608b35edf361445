import pytest

from tests.onix.messages import (
    blocks_of,
    descriptive,
    title_detail,
    values,
)


def element(**parts: str) -> str:
    """A title element of the product."""
    return (
        f"<TitleDetail><TitleType>01</TitleType><TitleElement>{values(**parts)}</TitleElement></TitleDetail>"
    )


def elements(*parts: tuple[str, str, str]) -> str:
    """A title of elements, each of a level, a number and a text."""
    made = (
        values(TitleElementLevel=level, PartNumber=number, TitleText=text) for level, number, text in parts
    )
    body = "".join(f"<TitleElement>{element}</TitleElement>" for element in made)
    return f"<TitleDetail><TitleType>01</TitleType>{body}</TitleDetail>"


@pytest.mark.parametrize(
    ("titles", "title"),
    [
        (element(TitleElementLevel="01", TitleText="Emma"), "Emma"),
        (element(TitleElementLevel="01", TitlePrefix="The", TitleWithoutPrefix="Waves"), "The Waves"),
        (element(TitleElementLevel="01", TitlePrefix="L’", TitleWithoutPrefix="Étranger"), "L’Étranger"),
        (
            element(TitleElementLevel="01", TitleWithoutPrefix="Ulysses").replace(
                "<TitleWithoutPrefix>", "<NoPrefix/><TitleWithoutPrefix>"
            ),
            "Ulysses",
        ),
        (title_detail("ULYSSES", "10") + title_detail("Ulysses"), "Ulysses"),
        (title_detail("Odyssee", "03") + title_detail("ULYSSES", "10"), "Odyssee"),
        (title_detail("Two\n   lines\tof   one"), "Two lines of one"),
        (title_detail("No\u200b zero\ufeff widths\u00ad"), "No zero widths"),
        (title_detail("Cafe\u0301"), "Café"),
        (title_detail("Tom &amp; Jerry"), "Tom & Jerry"),
        (title_detail("H<sub>2</sub>O").replace("&lt;", "<").replace("&gt;", ">"), "H₂O"),
        (title_detail("H<sub>2</sub>O and 10<SUP>6</SUP>"), "H₂O and 10⁶"),
        (
            title_detail("&lt;i&gt;Ulysses&lt;/i&gt; read<br/>aloud, 1<sup>st</sup> part"),
            "Ulysses read aloud, 1st part",
        ),
        (title_detail("Learn <p> and <table>"), "Learn <p> and <table>"),
        (element(TitleElementLevel="01", PartNumber="Volume 2", TitleText="Letters"), "Letters, Volume 2"),
        (element(TitleElementLevel="01", PartNumber="2", TitleText="Letters, Volume 2"), "Letters, Volume 2"),
        (
            element(TitleElementLevel="01", YearOfAnnual="2027", TitleText="Tide Almanack"),
            "Tide Almanack, 2027",
        ),
        (
            element(TitleElementLevel="02", TitleText="Lantern Tales").replace(
                "</TitleDetail>", f"<TitleElement>{values(PartNumber='12')}</TitleElement></TitleDetail>"
            ),
            "Lantern Tales, 12",
        ),
        (elements(("01", "12", ""), ("02", "", "Lantern Tales")), "Lantern Tales, 12"),
        (elements(("02", "12", "Lantern Tales"), ("01", "", "Moth")), "Lantern Tales, 12: Moth"),
        (elements(("02", "", "Lantern Tales"), ("01", "12", "Moth")), "Lantern Tales, 12: Moth"),
        (elements(("02", "", "Tales"), ("03", "2", "Winter"), ("01", "", "Moth")), "Tales: Winter, 2: Moth"),
        (elements(("01", "", "Moth"), ("02", "12", "Lantern Tales")), "Moth: Lantern Tales, 12"),
        (elements(("02", "", "Lantern Tales"), ("01", "", "Lantern Tales: Moth")), "Lantern Tales: Moth"),
        (elements(("02", "", "It"), ("01", "", "Little Moth")), "It: Little Moth"),
        (elements(("01", "", "Moth"), ("05", "", "Brand"), ("04", "", "Chapter")), "Moth"),
    ],
)
def test_titles_are_read_however_they_are_built(titles: str, title: str) -> None:
    assert blocks_of(descriptive(titles))["1"]["title"] == title


@pytest.mark.parametrize(
    ("collection", "series"),
    [
        (title_detail("Tide Tables", level="02"), ("Tide Tables", None)),
        (
            "<CollectionSequence><CollectionSequenceType>02</CollectionSequenceType>"
            "<CollectionSequenceNumber>7</CollectionSequenceNumber></CollectionSequence>"
            + title_detail("Tide Tables", level="02"),
            ("Tide Tables", "7"),
        ),
        (title_detail("Not a series", level="01"), (None, None)),
    ],
)
def test_the_series_is_the_collections_own_title(collection: str, series: tuple[str | None, ...]) -> None:
    block = blocks_of(
        descriptive(f"<Collection><CollectionType>10</CollectionType>{collection}</Collection>")
    )["1"]
    assert (block.get("series"), block.get("series_number")) == series


def test_the_series_may_be_a_part_of_the_title() -> None:
    block = blocks_of(descriptive(elements(("02", "12", "Lantern Tales"), ("01", "", "Moth"))))["1"]
    assert (block["series"], block["series_number"]) == ("Lantern Tales", "12")
