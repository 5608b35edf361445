import io
import json
import random
import subprocess
import sys
from pathlib import Path

import onixcheck
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.onix import reader
from bookshop.onix.blocks import dump_blocks
from bookshop.onix.reader import read_onix
from bookshop.onix.record import MessageHeader, Record, RefusedRecord
from tests.onix.messages import (
    DIALECTS,
    PLAIN,
    RICH,
    Dialect,
    a_message,
    a_product,
    a_rich_product,
    collateral,
    descriptive,
    isbn_of,
    read,
    records_of,
    refusals_of,
    text,
    write_rich_message,
)


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


def test_a_record_knows_where_it_came_from() -> None:
    first, second = records_of(
        a_message("\n", a_product(reference="a"), "\n\n", a_product(reference="b", source="04"))
    )
    assert (first.reference, first.position, first.line, first.source_priority) == ("a", 1, 12, 0)
    assert (second.reference, second.position, second.line, second.source_priority) == ("b", 2, 14, 2)


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
