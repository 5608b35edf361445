import io
import json
import random
import subprocess
import sys
from pathlib import Path
from time import process_time

import onixcheck
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.onix import reader
from bookshop.onix.blocks import dump_blocks
from bookshop.onix.nodes import Node
from bookshop.onix.product import read_product
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


def test_a_record_that_is_too_long_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORD_BYTES", 256 * 1024)
    endless = "<Product>" + "<Measure><MeasureType>01</MeasureType></Measure>" * 20_000
    data = a_message(a_product(reference="a"), endless, a_product(reference="b"))
    _, first, refused, second = read(data)
    assert isinstance(first, Record)
    assert isinstance(refused, RefusedRecord)
    assert isinstance(second, Record)
    assert (first.reference, second.reference, second.position) == ("a", "b", 3)
    assert refused.reason == "The record is not valid XML: more than 0 MB follow without a whole record."


def test_a_fault_is_found_however_far_the_parser_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORD_BYTES", 128 * 1024)
    many = [a_product(reference=f"r{number}") for number in range(2000)]
    data = a_message(a_product(descriptive(title="TITLE"), reference="bad"), *many)
    _, refused, *records = read(data.replace(b"TITLE", b"R & D"))
    assert isinstance(refused, RefusedRecord)
    assert (refused.reference, refused.reason) == ("bad", AMPERSAND)
    assert [getattr(one, "reference", "") for one in records] == [f"r{number}" for number in range(2000)]


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


AMPERSAND = "The record is not valid XML: an & stands alone; it is written &amp;."


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (b"R & D", AMPERSAND),
        (b"R&D", "The record is not valid XML: an & stands alone, or a ; is missing; an & is written &amp;."),
        (b"one&nbsp;two", "The record is not valid XML: &nbsp; is not known in XML; an & is written &amp;."),
        (b"a < b", "The record is not valid XML: a < stands alone; it is written &lt;."),
        (b"a\x01b", "The record is not valid XML: the character U+0001 is not allowed."),
        (b"a\x00b", "The record is not valid XML: the character U+0000 is not allowed."),
        (b"a&#11;b", "The record is not valid XML: the character U+000B is not allowed."),
        (b"a\xef\xbf\xbfb", "The record is not valid XML: the character U+FFFF is not allowed."),
        (
            b"caf\xe9 x",
            "The record is not valid XML: the byte 0xE9 is not of the encoding that the file names.",
        ),
        (b"<oops>", "The record is not valid XML: <oops> ends with </TitleText>."),
        (b"<b>" * 300, "The record is not valid XML: its elements are nested more than 256 levels deep."),
        (b"]]>", "The record is not valid XML: Sequence ']]>' not allowed in content."),
    ],
)
def test_a_fault_in_a_record_is_named_and_loses_only_that_record(fault: bytes, reason: str) -> None:
    bad = a_product(descriptive("\n", title="TITLE"), reference="bad")
    data = a_message(a_product(reference="a"), "\n\n", bad, "\n", a_product(reference="b"))
    _, first, refused, second = read(data.replace(b"TITLE", fault))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.reference, second.reference) == ("a", "b")
    assert (second.position, second.line) == (3, 15)
    assert refused == RefusedRecord(2, 14, "bad", reason, is_damaged=True)


@pytest.mark.parametrize(
    "fault", ["<Product><oops></Product>", "&nbsp;", "a < b", "\x01", "<?xml?>", "</oops>"]
)
def test_a_fault_between_two_records_loses_none(fault: str) -> None:
    _, first, refused, second = read(
        a_message(a_product(reference="a"), "\n\n", fault, a_product(reference="b"))
    )
    assert isinstance(first, Record)
    assert isinstance(refused, RefusedRecord)
    assert isinstance(second, Record)
    assert (first.reference, second.reference) == ("a", "b")
    assert (refused.position, refused.line, refused.ends_file) == (2, 13, False)


def test_a_fault_in_the_header_ends_the_file() -> None:
    """Who sent it is not known."""
    (refused,) = read(a_message(a_product()).replace(b"Example Books", b"Faber & Faber &lt;"))
    assert isinstance(refused, RefusedRecord)
    assert (refused.line, refused.ends_file) == (5, True)
    assert refused.reason == (
        "The file is not valid XML from here on: an & stands alone; it is written &amp;."
    )


WHOLE = a_message(a_product(reference="whole"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (WHOLE[:-20], "The file is cut off here: its end is missing."),
        (WHOLE[:150], "The file is cut off here: its end is missing."),
        (WHOLE * 2, "The file is not valid XML from here on: another document of XML begins."),
        (WHOLE + b"x", "The file is not valid XML from here on: more follows after the end of the message."),
        (
            WHOLE.replace(b"UTF-8", b"X-OLD"),
            "The file is not valid XML from here on: the encoding X-OLD is not known.",
        ),
        (
            WHOLE.replace(b"UTF-8", b"windows-1252").replace(b"Middlemarch", b"Middle\x81march"),
            "The file is not valid XML from here on: a byte is not of the encoding that the file names.",
        ),
        (
            WHOLE.decode().replace("UTF-8", "UTF-16").replace("Middlemarch", "R & D").encode("utf-16"),
            "The file is not valid XML from here on: an & stands alone; it is written &amp;.",
        ),
    ],
)
def test_what_ends_a_file_is_named_in_plain_words(data: bytes, reason: str) -> None:
    last = read(data)[-1]
    assert isinstance(last, RefusedRecord)
    assert (last.reason, last.ends_file) == (reason, True)


def test_a_fault_in_the_last_record_does_not_end_the_file() -> None:
    _, refused = read(a_message(a_product(descriptive(title="TITLE"))).replace(b"TITLE", b"R&D"))
    assert isinstance(refused, RefusedRecord)
    assert not refused.ends_file


def test_a_second_message_in_a_file_is_not_taken_for_the_first() -> None:
    _, record, refused = read(a_message(a_product()) * 2)
    assert isinstance(record, Record)
    assert isinstance(refused, RefusedRecord)
    assert refused.ends_file


ILLEGAL = [bytes([code]) for code in (*range(9), 11, 12, *range(14, 32), 0xC3, 0xE9, 0xFE, 0xFF)]
FAULTS = [*ILLEGAL, b"&", b"<", b"&#0;", b"&nbsp;", b"]]>", b"</Product", b"<Product>"]


@settings(max_examples=300)
@given(st.sampled_from(DIALECTS), st.sampled_from(FAULTS), st.data())
def test_a_fault_anywhere_in_a_record_loses_at_most_that_record(
    dialect: Dialect, fault: bytes, data: st.DataObject
) -> None:
    products = [a_product(reference=f"r{number}", isbn=isbn_of(number)) for number in range(4)]
    whole = a_message(*products, dialect=dialect)
    before = len(whole.partition(b"r1<")[0]) - len(dialect.spell("<Product><RecordReference>"))
    place = data.draw(st.integers(before + 1, before + len(dialect.spell(products[1])) - 1))
    good = records_of(whole)
    _, *found = read(whole[:place] + fault + whole[place:])
    texts = [(one.reference, one.text) for one in found if isinstance(one, Record) and one.reference != "r1"]
    assert texts == [(one.reference, one.text) for one in good if one.reference != "r1"]
    refused = [one for one in found if isinstance(one, RefusedRecord)]
    assert any(one.is_damaged for one in refused) or len(found) == 4
    assert not any(one.ends_file for one in refused)


def test_a_record_without_an_end_loses_only_itself() -> None:
    products = [a_product(reference=f"r{number}") for number in range(3)]
    _, *found = read(a_message(products[0], products[1].removesuffix("</Product>"), products[2]))
    assert [type(one) for one in found] == [Record, RefusedRecord, Record]


def test_many_faults_cost_little() -> None:
    """Each costs its own record again, and not all that follow."""
    bad = a_product(reference="bad").removesuffix("</Product>")
    started = process_time()
    found = read(a_message(*[bad] * 3000))
    assert len(found) == 3001
    assert process_time() - started < 10


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


def test_a_product_within_a_product_is_a_record_without_an_end() -> None:
    inner = a_product(reference="inner")
    _, outer, record, rest = read(a_message(a_product(descriptive(), inner, reference="outer")))
    assert isinstance(outer, RefusedRecord)
    assert outer.reason == "The record is not valid XML: it does not end before another begins."
    assert isinstance(record, Record)
    assert (outer.reference, record.reference) == ("outer", "inner")
    assert isinstance(rest, RefusedRecord)


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
from bookshop.onix.nodes import Node
from bookshop.onix.product import read_product
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


def test_an_unexpected_error_refuses_only_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_or_fail(node: Node, defaults: Node, position: int, line: int) -> Record:
        if position == 2:
            raise TypeError("odd")
        return read_product(node, defaults, position, line)

    monkeypatch.setattr(reader, "read_product", read_or_fail)
    message = a_message(*(a_product() for _ in range(3)))
    _, first, refusal, last = read_onix(io.BytesIO(message))
    assert isinstance(first, Record)
    assert isinstance(refusal, RefusedRecord)
    assert isinstance(last, Record)
    assert (first.position, refusal.position, last.position) == (1, 2, 3)
    assert refusal.reason.endswith("please report this: TypeError: odd")
