import html
import io
import json
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import onixcheck
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.onix import reader
from bookshop.onix.blocks import dump_blocks
from bookshop.onix.message import parse_sent_at
from bookshop.onix.reader import read_onix
from bookshop.onix.record import Action, MessageHeader, Record, RefusedRecord
from tests.onix.messages import (
    DIALECTS,
    HEADER,
    PLAIN,
    Dialect,
    a_date,
    a_message,
    a_product,
    a_rich_product,
    blocks_of,
    collateral,
    descriptive,
    detail,
    identifier,
    isbn_of,
    price,
    publishing,
    read,
    records_of,
    refusals_of,
    supply,
    territory,
    text,
    title_detail,
    values,
    write_rich_message,
)

RICH = a_message(a_rich_product())


def a_rich_message(dialect: Dialect) -> bytes:
    """A message of one rich record in a dialect."""
    return a_message(a_rich_product(), dialect=dialect)


@pytest.mark.parametrize("dialect", [one for one in DIALECTS if one.has_namespace], ids=str)
def test_the_rich_message_is_valid_onix(dialect: Dialect) -> None:
    file = io.BytesIO(a_rich_message(dialect))
    file.name = str(dialect)
    assert onixcheck.validate(file) == []


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_every_dialect_tells_the_same(dialect: Dialect) -> None:
    message, *records = read(a_rich_message(dialect))
    assert isinstance(message, MessageHeader)
    lines = {record.line for record in records if isinstance(record, Record)}
    assert [
        (record.reference, record.isbn, record.blocks) for record in records_of(a_rich_message(dialect))
    ] == [(record.reference, record.isbn, record.blocks) for record in records_of(RICH)]
    assert lines == {11}


def test_a_prefix_for_the_namespace_changes_nothing() -> None:
    start = '<o:ONIXMessage release="3.0" xmlns:o="http://ns.editeur.org/onix/3.0/reference">'
    product = a_product(collateral(text("03", "<p>One <em>two</em></p>", "05")), isbn=isbn_of(1))
    for name in ("Product", "Record", "Notification", "IDValue", "Collateral", "Text", "Content"):
        product = product.replace(f"<{name}", f"<o:{name}").replace(f"</{name}", f"</o:{name}")
    product = product.replace("<p>", "<o:p>").replace("</p>", "</o:p>")
    product = product.replace("<em>", "<o:em>").replace("</em>", "</o:em>")
    product = product.replace("<ProductID", "<o:ProductID").replace("</ProductID", "</o:ProductID")
    product = product.replace("<o:o:", "<o:").replace("</o:o:", "</o:")
    (record,) = records_of(f"{start}{product}</o:ONIXMessage>".encode())
    assert record.blocks["2"]["texts"] == [{"type": "03", "text": "<p>One <em>two</em></p>", "is_html": True}]


def test_the_message_says_who_sent_it_and_when() -> None:
    message = read(a_message())[0]
    assert message == MessageHeader("Example Books", datetime(2026, 11, 25, 1, 10, tzinfo=UTC))


def test_a_sender_without_a_name_goes_by_its_number() -> None:
    number = (
        "<SenderIdentifier><SenderIDType>06</SenderIDType><IDValue>5012340098745</IDValue></SenderIdentifier>"
    )
    assert read(a_message(header=f"<Header><Sender>{number}</Sender></Header>"))[0] == MessageHeader(
        "5012340098745"
    )


def test_a_message_without_a_header_is_read() -> None:
    assert read(a_message(a_product(), header=""))[0] == MessageHeader()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20261125", datetime(2026, 11, 25, tzinfo=UTC)),
        ("20261125T0910", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261125T091011", datetime(2026, 11, 25, 9, 10, 11, tzinfo=UTC)),
        ("20261125T0910Z", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261125T0910+0800", datetime(2026, 11, 25, 1, 10, tzinfo=UTC)),
        ("20261125T091011-0500", datetime(2026, 11, 25, 14, 10, 11, tzinfo=UTC)),
        ("2026-11-25T09:10:11+08:00", datetime(2026, 11, 25, 1, 10, 11, tzinfo=UTC)),
        ("202611250910", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261325", None),
        ("00010101T0000+0800", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_read_in_every_form_of_the_standard(text: str, moment: datetime | None) -> None:
    assert parse_sent_at(text) == moment


def test_a_record_knows_where_it_came_from() -> None:
    first, second = records_of(
        a_message("\n", a_product(reference="a"), "\n\n", a_product(reference="b", source="04"))
    )
    assert (first.reference, first.position, first.line, first.rank) == ("a", 1, 12, 0)
    assert (second.reference, second.position, second.line, second.rank) == ("b", 2, 14, 2)


@pytest.mark.parametrize("start", ["", "\n", "\n\n\t\n", "  "])
def test_a_record_is_told_by_its_line_however_far_down_it_is(start: str) -> None:
    product = a_product().replace("<Product>", f"<Product>{start}", 1)
    content = a_message(product, "\n" * 70_000, product, product, "\n\n", product)
    lines = [
        number for number, line in enumerate(content.split(b"\n"), 1) for _ in range(line.count(b"<Product>"))
    ]
    assert lines[-1] > 70_000
    assert [record.line for record in records_of(content)] == lines


def test_blank_lines_before_a_message_are_passed_over() -> None:
    (record,) = records_of(b"\n\n" + a_message(a_product()))
    assert record.line == 13


def test_block_1_has_every_field_in_its_place() -> None:
    (record,) = records_of(RICH)
    assert record.isbn == isbn_of(1)
    block = record.blocks["1"]
    people = block.pop("contributors")
    assert block == {
        "composition": "00",
        "form": "BC",
        "form_details": ["B105", "B504"],
        "title": "The Pilot Boat Constance No. 1",
        "subtitle": "A Story of Ropes, Rain & Reckoning",
        "series": "The Tide Tables",
        "series_number": "1",
        "statement": "Zoë Ångström-Lim and Bartholomew Okonjo, translated by Imogen Rademaker, "
        "with an introduction by the Society of Retired Pilots",
        "edition_number": "2",
        "language": "eng",
        "extents": [
            {"type": "00", "value": "312", "unit": "03"},
            {"type": "04", "value": "16", "unit": "03"},
        ],
        "height_mm": 198,
        "width_mm": 129,
        "thickness_mm": 25,
        "weight_g": 283,
        "subjects": [
            {"scheme": "93", "code": "FF", "heading": "Crime and mystery fiction"},
            {"scheme": "10", "code": "FIC022000"},
            {"scheme": "93", "code": "FYT"},
            {"scheme": "94", "code": "1FMS"},
            {"scheme": "98", "code": "5AN"},
        ],
        "keywords": ["harbours", "lighthouses", "Zoë Ångström-Lim", "tides", "missing persons, at sea"],
        "age_from": 12,
        "age_to": 16,
    }
    assert [(person["roles"], person["name"], person.get("isni")) for person in people] == [
        (["A01"], "Zoë Ångström-Lim", "0000000121479135"),
        (["A01", "A12"], "Bartholomew Okonjo", "0000000121222604"),
        (["B06"], "Imogen Rademaker", None),
        (["A24"], "The Society of Retired Pilots", None),
    ]
    assert people[1]["biography"]["is_html"]
    assert people[1]["biography"]["text"].startswith("<p><strong>Bartholomew Okonjo</strong> drew maps")
    assert "<em>afraid of water</em>, a stove" in people[1]["biography"]["text"]


def test_block_2_has_every_field_in_its_place() -> None:
    block = records_of(RICH)[0].blocks["2"]
    assert [(one["type"], one.get("is_html")) for one in block["texts"]] == [
        ("02", True),
        ("03", True),
        ("04", True),
    ]
    assert block["texts"][2]["text"].startswith(
        "<ul><li>Low water</li><li>The log of the <em>Constance</em></li>"
    )
    assert block["covers"] == [
        {"link": f"https://example.com/covers/{isbn_of(1)}.jpg", "updated": "2025-06-11"},
        {"link": f"https://example.com/covers/page/{isbn_of(1)}"},
    ]


def test_blocks_4_and_5_have_every_field_in_its_place() -> None:
    blocks = records_of(RICH)[0].blocks
    assert blocks["4"] == {
        "imprint": "Small Boats",
        "publisher": "Lantern Quay Press",
        "status": "04",
        "dates": [
            {"role": "01", "date": "2025-09-04"},
            {"role": "02", "date": "2025-09-02"},
            {"role": "11", "date": "1968"},
            {"role": "20", "date": "1965-05"},
        ],
        "rights": [
            {"type": "01", "territory": {"countries": "AU BN GB HK IE IN MY NZ PH SG TH ZA"}},
            {"type": "03", "territory": {"countries": "CA US"}},
        ],
        "row_rights": "02",
        "safety": {"name": "Lantern Quay Safety Desk", "email": "safety@example.com"},
    }
    assert blocks["5"] == {
        "products": [
            {"codes": ["06", "27"], "isbn": "9781990000218"},
            {"codes": ["03"], "isbn": "9781990000225"},
        ],
        "works": [{"code": "01", "type": "01", "id": "W1"}],
    }


def test_block_6_has_every_field_in_its_place() -> None:
    assert records_of(RICH)[0].blocks["6"]["supplies"] == [
        {
            "markets": [{"countries": "MY SG"}],
            "status": "04",
            "dates": [{"role": "01", "date": "2025-09-18"}],
            "suppliers": [
                {
                    "availability": "21",
                    "days": 5,
                    "dates": [{"role": "08", "date": "2025-09-01"}],
                    "prices": [
                        {
                            "type": "02",
                            "amount": "16.90",
                            "currency": "SGD",
                            "taxes": [{"rate": "S", "percent": "9"}],
                            "territory": {"countries": "SG"},
                            "since": "2025-08-01",
                        },
                        {"type": "05", "amount": "9.10", "currency": "SGD"},
                        {
                            "type": "02",
                            "amount": "49.90",
                            "currency": "MYR",
                            "territory": {"countries": "MY"},
                        },
                    ],
                }
            ],
        },
        {
            "markets": [{"regions": "WORLD", "not_countries": "CA MY SG US"}],
            "suppliers": [
                {
                    "availability": "20",
                    "prices": [
                        {"type": "01", "amount": "9.99", "currency": "GBP", "territory": {"countries": "GB"}},
                        {
                            "type": "04",
                            "amount": "12.50",
                            "currency": "EUR",
                            "territory": {"countries": "AT DE FR"},
                        },
                    ],
                }
            ],
        },
    ]


def test_blocks_are_plain_json() -> None:
    blocks = records_of(RICH)[0].blocks
    assert json.loads(dump_blocks(blocks)) == blocks


@pytest.mark.parametrize(
    ("identifiers", "isbn"),
    [
        (identifier("15", "9780306406157"), "9780306406157"),
        (identifier("15", "978-0-306-40615-7"), "9780306406157"),
        (identifier("03", "9780306406157"), "9780306406157"),
        (identifier("03", "9780306406157") + identifier("15", "9780306406157"), "9780306406157"),
        (identifier("02", "0306406152"), "9780306406157"),
        (identifier("02", "0-8044-2957-X"), "9780804429573"),
        (identifier("01", "12345") + identifier("15", "9791090636071"), "9791090636071"),
        (identifier("15", "9780306406158") + identifier("03", "9780306406157"), "9780306406157"),
    ],
)
def test_the_isbn_is_found_wherever_a_sender_puts_it(identifiers: str, isbn: str) -> None:
    (record,) = records_of(a_message(a_product(identifiers=identifiers)))
    assert record.isbn == isbn


@pytest.mark.parametrize(
    ("identifiers", "reason"),
    [
        ("", "The record has no ISBN."),
        (identifier("03", "5012345678900"), "The record has no ISBN."),
        (identifier("01", "9780306406157"), "The record has no ISBN."),
        (
            identifier("15", "9780306406158"),
            "9780306406158 is not a valid ISBN: its check digit or its length is wrong.",
        ),
        (identifier("03", "9790060115615"), "9790060115615 is printed music, not a book."),
    ],
)
def test_a_record_without_an_isbn_is_refused_and_the_next_one_read(identifiers: str, reason: str) -> None:
    data = a_message(a_product(identifiers=identifiers, reference="bad"), a_product(reference="good"))
    _, refused, record = read(data)
    assert refused == RefusedRecord(1, 11, "bad", reason)
    assert isinstance(record, Record)
    assert (record.reference, record.position) == ("good", 2)


@pytest.mark.parametrize(
    ("notification", "action"),
    [
        ("01", Action.REPLACE),
        ("02", Action.REPLACE),
        ("03", Action.REPLACE),
        ("04", Action.UPDATE),
        ("05", Action.RETIRE),
        ("88", Action.IGNORE),
        ("89", Action.IGNORE),
    ],
)
def test_the_notification_says_what_a_record_does(notification: str, action: Action) -> None:
    (record,) = records_of(a_message(a_product(notification=notification)))
    assert record.action == action
    assert bool(record.blocks) == (action in (Action.REPLACE, Action.UPDATE))


@pytest.mark.parametrize("notification", ["08", "09", "12", "13", "14", "x"])
def test_other_notifications_are_refused(notification: str) -> None:
    (refused,) = refusals_of(a_message(a_product(notification=notification)))
    assert refused.reason == f"The NotificationType {notification} is not supported."


def test_a_record_needs_a_reference() -> None:
    (missing,) = refusals_of(a_message(a_product(reference="")))
    (long,) = refusals_of(a_message(a_product(reference="r" * 129)))
    assert missing.reason == "The RecordReference is missing."
    assert long.reason == "The RecordReference is too long."


def test_a_record_can_be_retired_without_an_isbn() -> None:
    (record,) = records_of(a_message(a_product(notification="05", identifiers="")))
    assert record.isbn == ""


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


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"PersonName": "Maj Sjöwall"}, "Maj Sjöwall"),
        ({"PersonNameInverted": "Sjöwall, Maj"}, "Maj Sjöwall"),
        ({"PersonNameInverted": "King, Martin Luther, Jr."}, "Martin Luther King, Jr."),
        ({"PersonNameInverted": "Sappho"}, "Sappho"),
        ({"PersonName": "Maj Sjöwall", "PersonNameInverted": "Sjöwall, Maj"}, "Maj Sjöwall"),
        ({"NamesBeforeKey": "Ludwig", "PrefixToKey": "van", "KeyNames": "Beethoven"}, "Ludwig van Beethoven"),
        (
            {
                "TitlesBeforeNames": "Dr",
                "NamesBeforeKey": "Ada",
                "KeyNames": "Bond",
                "LettersAfterNames": "RN",
            },
            "Dr Ada Bond, RN",
        ),
        ({"NamesBeforeKey": "Jeanne", "PrefixToKey": "d’", "KeyNames": "Arc"}, "Jeanne d’Arc"),
        ({"NamesBeforeKey": "Flann", "KeyNames": "O’Brien"}, "Flann O’Brien"),
        ({"KeyNames": "Homer"}, "Homer"),
        ({"CorporateName": "The Pilots"}, "The Pilots"),
        ({"CorporateNameInverted": "Pilots, The"}, "The Pilots"),
        ({"UnnamedPersons": "04"}, "Various"),
    ],
)
def test_names_are_read_however_they_are_given(parts: dict[str, str], name: str) -> None:
    person = f"<Contributor>{values(ContributorRole='A01', **parts)}</Contributor>"
    assert blocks_of(descriptive(person))["1"]["contributors"] == [{"roles": ["A01"], "name": name}]


def test_contributors_stand_in_the_order_of_their_numbers() -> None:
    people = [
        f"<Contributor>{values(SequenceNumber=number, ContributorRole='A01', PersonName=name)}</Contributor>"
        for number, name in (("10", "C"), ("2", "B"), ("1", "A"))
    ]
    block = blocks_of(descriptive(*people))["1"]
    assert [person["name"] for person in block["contributors"]] == ["A", "B", "C"]


def test_an_alternative_name_is_not_taken_for_the_name() -> None:
    other = f"<AlternativeName>{values(NameType='04', PersonName='Mary Ann Evans')}</AlternativeName>"
    person = f"<Contributor>{values(ContributorRole='A01', PersonName='George Eliot')}{other}</Contributor>"
    assert blocks_of(descriptive(person))["1"]["contributors"][0]["name"] == "George Eliot"


@pytest.mark.parametrize(
    ("ranges", "ages"),
    [
        ((("17", "03", "6"), ("", "04", "9")), (6, 9)),
        ((("17", "03", "6"),), (6, None)),
        ((("18", "04", "9"),), (None, 9)),
        ((("17", "01", "7"),), (7, 7)),
        ((("16", "03", "0"), ("", "04", "36")), (0, 3)),
        ((("11", "03", "4"),), (None, None)),
        ((("17", "03", "x"),), (None, None)),
    ],
)
def test_ages_are_years(
    ranges: tuple[tuple[str, str, str], ...], ages: tuple[int | None, int | None]
) -> None:
    parts = "".join(
        values(AudienceRangeQualifier=qualifier, AudienceRangePrecision=precision, AudienceRangeValue=value)
        for qualifier, precision, value in ranges
    )
    block = blocks_of(descriptive(f"<AudienceRange>{parts}</AudienceRange>"))["1"]
    assert (block.get("age_from"), block.get("age_to")) == ages


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        ("<p>One <b>two</b></p>", "05", {"text": "<p>One <b>two</b></p>", "is_html": True}),
        ('<p class="x">One<br/>two</p>', "05", {"text": "<p>One<br>two</p>", "is_html": True}),
        ("<![CDATA[<p>One</p>\n<p>two</p>]]>", "02", {"text": "<p>One</p> <p>two</p>", "is_html": True}),
        ("&lt;p&gt;One&lt;/p&gt;", "02", {"text": "<p>One</p>", "is_html": True}),
        ("&lt;p&gt;One&lt;/p&gt;", "06", {"text": "<p>One</p>", "is_html": True}),
        ("One &amp;amp; two", "02", {"text": "One &amp; two", "is_html": True}),
        ("One &amp; two", "06", {"text": "One & two"}),
        ("One &amp;amp; two", "", {"text": "One & two"}),
        ("Learn &lt;p> and &lt;table>", "06", {"text": "Learn <p> and <table>"}),
        ("  One\n  line\n\n\n\ntwo ", "", {"text": "One\nline\n\ntwo"}),
        ("One\u200btwo", "06", {"text": "Onetwo"}),
        ("<p>One &lt; two</p>", "05", {"text": "<p>One &lt; two</p>", "is_html": True}),
    ],
)
def test_texts_are_html_where_they_are_html(content: str, form: str, found: dict[str, object]) -> None:
    assert blocks_of(collateral(text("03", content, form)))["2"]["texts"] == [{"type": "03", **found}]


WORDS = st.text(st.sampled_from("ab&<>\"'é "), min_size=1, max_size=6).map(
    lambda text: (escape(text), html.escape(text, quote=False))
)


def joined(parts: list[tuple[str, str]]) -> tuple[str, str]:
    """What is sent, and what is read of it, in one."""
    return "".join(sent for sent, _ in parts), "".join(read for _, read in parts)


@st.composite
def elements(draw: st.DrawFn, inside: st.SearchStrategy[tuple[str, str]]) -> tuple[str, str]:
    """An element as it may be sent, and as it is read."""
    name = draw(st.sampled_from(["p", "em", "Strong", "br", "hr"]))
    attribute = draw(st.sampled_from(["", ' class="a>b"', " title='&lt;'"]))
    prefix = draw(st.sampled_from(["", "h:"]))
    sent, found = draw(inside)
    end = "" if name in ("br", "hr") else f"</{name}>"
    empty = f"<{prefix}{name}{attribute}/>" if not sent else ""
    beside = draw(st.sampled_from(["", "<!-- <b> -->", "<?b <i>?>"]))
    whole = empty or f"<{prefix}{name}{attribute}>{sent}</{prefix}{name}>"
    return whole + beside, f"<{name}>{found}{end}"


MARKUP = st.recursive(WORDS, lambda inner: elements(st.lists(inner, max_size=3).map(joined)))


@given(st.lists(MARKUP, max_size=4).map(joined))
def test_markup_of_any_shape_keeps_its_elements_and_its_text(markup: tuple[str, str]) -> None:
    sent, found = markup
    content = f"<o:div xmlns:o='urn:o' xmlns:h='urn:h'>{sent}</o:div>"
    (read,) = blocks_of(collateral(text("03", content, "05")))["2"]["texts"]
    assert read["text"] == " ".join(f"<div>{found}</div>".split())


@pytest.mark.parametrize(
    ("audience", "is_read"),
    [("00", True), ("03", True), ("", True), ("01", False), ("02", False), ("04", False)],
)
def test_texts_for_others_than_readers_are_left_out(audience: str, is_read: bool) -> None:
    block = blocks_of(collateral(text("03", "Psst", audience=audience)))["2"]
    assert ("texts" in block) == is_read


@pytest.mark.parametrize(
    ("day", "form", "found"),
    [
        ("20260807", "00", "2026-08-07"),
        ("20260807", "", "2026-08-07"),
        ("202608", "01", "2026-08"),
        ("2026", "05", "2026"),
        ("2026", "", "2026"),
        ("202608", "00", "2026-08"),
        ("2026", "00", "2026"),
        ("2026-08-07", "00", "2026-08-07"),
        ("202632", "02", "2026"),
        ("20263", "03", "2026"),
        ("20260807T1200", "13", "2026-08-07"),
        ("2026080720260901", "06", "2026-08-07"),
        ("20261340", "00", None),
        ("soon", "12", None),
    ],
)
def test_dates_are_as_exact_as_they_were_sent(day: str, form: str, found: str | None) -> None:
    dates = blocks_of(publishing(a_date("PublishingDate", "01", day, form)))["4"].get("dates")
    assert dates == (found and [{"role": "01", "date": found}])


def test_a_date_may_name_its_format_in_an_element() -> None:
    day = values(PublishingDateRole="01", DateFormat="01", Date="202608")
    assert (
        blocks_of(publishing(f"<PublishingDate>{day}</PublishingDate>"))["4"]["dates"][0]["date"] == "2026-08"
    )


def test_defaults_of_the_message_hold_where_a_record_is_silent() -> None:
    defaults = values(DefaultLanguageOfText="swe", DefaultPriceType="02", DefaultCurrencyCode="SEK")
    header = HEADER.replace("</Header>", f"{defaults}</Header>")
    silent = supply(detail("<Price><PriceAmount>99.00</PriceAmount></Price>"))
    spoken = supply(detail(price("9.00", "01", "EUR")))
    first, second = records_of(
        a_message(a_product(descriptive(), silent), a_product(descriptive(), spoken), header=header)
    )
    assert first.blocks["1"]["language"] == "swe"
    assert first.blocks["6"]["supplies"][0]["suppliers"][0]["prices"] == [
        {"amount": "99.00", "type": "02", "currency": "SEK"}
    ]
    assert second.blocks["6"]["supplies"][0]["suppliers"][0]["prices"] == [
        {"type": "01", "amount": "9.00", "currency": "EUR"}
    ]


def test_a_price_has_its_dates_and_conditions() -> None:
    more = (
        "<Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>"
        + a_date("PriceDate", "14", "20260101")
        + a_date("PriceDate", "15", "20260630")
    )
    spread = a_date("PriceDate", "24", "2026010120260630", "06")
    block = blocks_of(supply(detail(price("9.00", more=more), price("8.00", more=spread))))["6"]
    first, second = block["supplies"][0]["suppliers"][0]["prices"]
    assert (
        (first["since"], first["until"]) == (second["since"], second["until"]) == ("2026-01-01", "2026-06-30")
    )


def test_what_has_no_price_says_why() -> None:
    unpriced = f"<Price>{values(UnpricedItemType='02')}</Price>"
    block = blocks_of(supply(detail(unpriced)))["6"]
    assert block["supplies"][0]["suppliers"][0]["prices"] == [{"unpriced": "02"}]


def test_the_safety_contact_has_an_address() -> None:
    contact = values(
        ProductContactRole="10",
        ProductContactName="Desk",
        EmailAddress="desk@example.com",
        StreetAddress="8 Example Walk",
        LocationName="Singapore",
        PostalCode="098585",
        CountryCode="SG",
    )
    assert blocks_of(publishing(f"<ProductContact>{contact}</ProductContact>"))["4"]["safety"] == {
        "name": "Desk",
        "address": "8 Example Walk, 098585 Singapore, SG",
        "email": "desk@example.com",
    }


def test_markets_keep_apart_what_is_said_of_each() -> None:
    parts = [
        supply(detail(price(amount)), market=territory(CountriesIncluded=country))
        for country, amount in (("SG", "10.00"), ("GB", "20.00"))
    ]
    supplies = blocks_of(*parts)["6"]["supplies"]
    assert [one["markets"][0]["countries"] for one in supplies] == ["SG", "GB"]


def test_a_value_beyond_all_measure_is_refused() -> None:
    (title,) = refusals_of(a_message(a_product(descriptive(title="x" * 20_001))))
    (long,) = refusals_of(a_message(a_product(collateral(text("03", "x" * 500_001)))))
    assert title.reason == "The TitleText has 20001 characters, which is too many."
    assert long.reason == "The Text has 500001 characters, which is too many."


def test_a_record_without_end_ends_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORD_BYTES", 1024 * 1024)
    endless = "<Product>" + "<Measure><MeasureType>01</MeasureType></Measure>" * 50_000
    found = read(a_message(a_product(reference="good"), endless))
    assert [type(one) for one in found] == [MessageHeader, Record, RefusedRecord]
    assert isinstance(found[2], RefusedRecord)
    assert found[2].reason == "More than 1 MB without a whole record follow here."


@pytest.mark.parametrize("cut", [0.3, 0.55, 0.8])
def test_a_file_that_is_cut_off_gives_what_came_before(cut: float) -> None:
    data = a_message(*(a_product(reference=f"r{number}") for number in range(100)))
    _, *records, last = read(data[: int(len(data) * cut)])
    assert all(isinstance(record, Record) for record in records)
    assert abs(len(records) - 100 * cut) < 10
    assert isinstance(last, RefusedRecord)
    assert last.position == len(records) + 1
    assert last.ends_file
    assert last.reason.startswith("The file is cut off here: ")


@pytest.mark.parametrize("fault", ["<Product><oops></Product>", "&nbsp;", "a < b", "\x01", "<?xml?>"])
def test_a_fault_in_the_middle_gives_what_came_before(fault: str) -> None:
    data = a_message(a_product(reference="good"), "\n\n", fault, a_product(reference="lost"))
    _, record, refused = read(data)
    assert isinstance(record, Record)
    assert record.reference == "good"
    assert isinstance(refused, RefusedRecord)
    assert (refused.position, refused.line) == (2, 13)
    assert refused.reason.startswith("The file is not valid XML from here on: ")


def test_a_fault_is_found_behind_any_number_of_lesser_ones() -> None:
    sloppy = [a_product("<unknown:x/>" * 20 + descriptive(), reference=f"r{number}") for number in range(50)]
    *found, refused = read(a_message(*sloppy, "<Product><oops></Product>"))
    assert len(found) == 51
    assert isinstance(refused, RefusedRecord)
    assert (refused.position, refused.line) == (51, 11)


def test_a_wrong_encoding_is_a_fault() -> None:
    (refused,) = refusals_of(a_message(a_product(descriptive(title="Café"))).replace("é".encode(), b"\xe9"))
    assert "not valid XML" in refused.reason


def test_other_encodings_are_read() -> None:
    text = a_message(a_product(descriptive(title="Café"))).decode()
    for encoding in ("iso-8859-1", "utf-16"):
        (record,) = records_of(text.replace("UTF-8", encoding).encode(encoding))
        assert record.blocks["1"]["title"] == "Café"


BOMB = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
DTDS = {
    "an entity": '<!DOCTYPE ONIXMessage [<!ENTITY a "x">]>',
    "a file": '<!DOCTYPE ONIXMessage [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    "an address": '<!DOCTYPE ONIXMessage [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>',
    "a parameter entity": '<!DOCTYPE ONIXMessage [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
    "a billion laughs": f'<!DOCTYPE ONIXMessage [<!ENTITY a0 "{"lol" * 99}">{BOMB}<!ENTITY a "&a9;">]>',
}


@pytest.mark.parametrize("dtd", DTDS.values(), ids=DTDS)
def test_entities_are_refused_before_they_mean_anything(dtd: str) -> None:
    data = a_message(a_product(descriptive(title="TITLE"))).decode().replace("TITLE", "A&a;B")
    found = read(data.replace("<ONIXMessage", f"{dtd}<ONIXMessage").encode())
    assert [type(one) for one in found] == [RefusedRecord]


def test_a_dtd_that_is_only_named_is_not_opened(tmp_path: Path) -> None:
    dtd = tmp_path / "reader.dtd"
    dtd.write_text('<!ENTITY secret "told"><!ATTLIST ONIXMessage release CDATA "9.9">')
    doctype = f'<!DOCTYPE ONIXMessage SYSTEM "{dtd.as_uri()}"><ONIXMessage'
    data = a_message(a_product(descriptive(title="TITLE"), reference="bad"), a_product()).decode()
    found = read(data.replace("<ONIXMessage", doctype).replace("TITLE", "A &secret; B").encode())
    assert [type(one) for one in found] == [MessageHeader, RefusedRecord, Record]
    assert isinstance(found[1], RefusedRecord)
    assert (found[1].reference, found[1].reason) == (
        "bad",
        "The record uses entities that only its DTD defines.",
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<rss><channel/></rss>", "The file is not an ONIX message."),
        (b"<Product/>", "The file is not an ONIX message."),
        (b"<rss><Product/></rss>", "The file is not an ONIX message."),
        (
            b'<ONIXMessage release="2.1"><Product/></ONIXMessage>',
            "The file is ONIX 2.1, which ended in 2014. Ask the sender for ONIX 3.",
        ),
        (
            b'<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/x.dtd"><ONIXMessage/>',
            "The file is ONIX 2.1, which ended in 2014. Ask the sender for ONIX 3.",
        ),
    ],
)
def test_what_is_no_onix_3_is_refused_whole(data: bytes, reason: str) -> None:
    assert [(type(one), getattr(one, "reason", "")) for one in read(data)] == [(RefusedRecord, reason)]


def test_a_product_within_a_product_is_not_a_record_of_its_own() -> None:
    inner = a_product(reference="inner")
    records = records_of(a_message(a_product(descriptive(), inner, reference="outer")))
    assert [record.reference for record in records] == ["outer"]


def check(data: bytes) -> None:
    """Everything in a file is a record, or refused in one line."""
    for one in read(data):
        if isinstance(one, Record):
            assert json.loads(dump_blocks(one.blocks)) == one.blocks
        if isinstance(one, RefusedRecord):
            assert one.reason
            assert "\n" not in one.reason


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check(data)


@given(st.binary(max_size=500))
def test_any_bytes_within_a_message_are_read_or_refused(data: bytes) -> None:
    check(f"{PLAIN.start}<Product>".encode() + data + b"</Product></ONIXMessage>")


SHORT = Dialect(is_short=True, has_namespace=False)
SMALL = a_rich_message(SHORT)


@settings(max_examples=300)
@given(st.data())
def test_a_message_with_damage_is_read_or_refused(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(SMALL)))
    length = data.draw(st.integers(0, 40))
    check(SMALL[:start] + data.draw(st.binary(max_size=20)) + SMALL[start + length :])


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_a_message_of_shuffled_parts_is_read_or_refused(chance: random.Random) -> None:
    pieces = SMALL.decode().split("<")
    picked = [chance.randrange(1, len(pieces)) for _ in range(8)]
    for index in picked:
        pieces[index], other = chance.choice(pieces), chance.randrange(1, len(pieces))
        pieces[other] = (
            f"{pieces[other].partition('>')[0]}>{chance.choice(['', '0', '-1', '1e99', 'é', '9' * 40])}"
        )
    check("<".join(pieces).encode())


@settings(max_examples=200)
@given(
    st.randoms(use_true_random=False), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
)
def test_any_text_in_any_field_is_read_or_refused(chance: random.Random, value: str) -> None:
    pieces = SMALL.decode().replace("<b", "\0<b").replace("<x", "\0<x").replace("<j", "\0<j").split("\0")
    for index in (chance.randrange(1, len(pieces)) for _ in range(10)):
        tag, _, rest = pieces[index].partition(">")
        escaped = value.replace("&", "&amp;").replace("<", "&lt;")
        pieces[index] = f"{tag}>{escaped}<{rest.partition('<')[2]}"
    check("".join(pieces).encode())


MEASURE = """
import resource, sys
from bookshop.onix.reader import read_onix
with open(sys.argv[1], "rb") as file:
    for number, _ in enumerate(read_onix(file)):
        if number == 300:
            early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(number, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early)
"""


def test_memory_stays_flat_however_long_the_file_is(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    write_rich_message(path, 3000)
    assert path.stat().st_size > 50_000_000
    output = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], check=True, capture_output=True, text=True
    )
    count, growth = map(int, output.stdout.split())
    assert count == 3000
    assert growth < 4 * 1024


def test_reading_stops_when_nobody_reads_on() -> None:
    found = read_onix(io.BytesIO(RICH))
    next(found)
    found.close()  # type: ignore[attr-defined]  # an iterator that is a generator
