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
        (title_detail("H<sub>2</sub>O").replace("&lt;", "<").replace("&gt;", ">"), "H2O"),
        (
            element(TitleElementLevel="02", TitleText="Lantern Tales").replace(
                "</TitleDetail>", f"<TitleElement>{values(PartNumber='12')}</TitleElement></TitleDetail>"
            ),
            "Lantern Tales, 12",
        ),
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
