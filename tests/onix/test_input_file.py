import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import find_input_files
from bookshop.onix.reader import read_onix
from bookshop.onix.record import Record
from bookshop.onix.unpacking import DEFAULT_LIMITS, UnpackLimits
from tests.onix.messages import DIALECTS, Dialect, a_message, a_product, a_rich_product

ONIX = a_message(a_product())
CSV = b"isbn,title,price\n9780306406157,Middlemarch,18.90\n"


def a_file(folder: Path, data: bytes, name: str = "feed") -> Path:
    """A file with this in it."""
    path = folder / name
    path.write_bytes(data)
    return path


def a_zip(**members: bytes) -> bytes:
    """A zip of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def unreadable(path: Path, limits: UnpackLimits = DEFAULT_LIMITS) -> str:
    """Why nothing in a file can be read."""
    with pytest.raises(UnreadableFile) as caught:
        read_all(path, limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, lambda data: a_zip(**{"a.xml": data})], ids=["plain", "gzip", "zip"]
)
def test_onix_is_known_in_every_dialect_and_packing(dialect: Dialect, pack: object, tmp_path: Path) -> None:
    path = a_file(tmp_path, pack(a_message(a_product(), dialect=dialect)), "named.csv")  # type: ignore[operator]
    (source,) = find_input_files(path)
    with source.open() as opened:
        assert opened.kind is FileKind.ONIX
        _, record = read_onix(opened.stream)
        assert isinstance(record, Record)
        assert opened.position == opened.size > 0


def test_csv_is_known_by_not_being_anything_else(tmp_path: Path) -> None:
    (source,) = find_input_files(a_file(tmp_path, CSV, "named.xml"))
    with source.open() as opened:
        assert opened.kind is FileKind.CSV
        assert opened.stream.read() == CSV


def test_a_zip_may_hold_several_files(tmp_path: Path) -> None:
    members = {"b.csv": CSV, "a.xml": ONIX, "read me.pdf": b"%PDF", "__MACOSX/._a.xml": b"\0", "sub/": b""}
    sources = find_input_files(a_file(tmp_path, a_zip(**members), "feed.zip"))
    assert [source.name for source in sources] == ["feed.zip/a.xml", "feed.zip/b.csv"]
    kinds = []
    for source in sources:
        with source.open() as opened:
            kinds.append(opened.kind)
    assert kinds == [FileKind.ONIX, FileKind.CSV]


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    data = a_message(*(a_rich_product(number) for number in range(40)))
    for packed in (data, gzip.compress(data), a_zip(**{"a.xml": data})):
        (source,) = find_input_files(a_file(tmp_path, packed))
        with source.open() as opened:
            positions = [opened.position for _ in read_onix(opened.stream)]
        assert positions == sorted(positions)
        assert 0 < positions[0] <= positions[-1] == opened.size


UNREADABLE = {
    "nothing": (b"", "The file is empty."),
    "blanks": (b"\xef\xbb\xbf \n\n", "The file is empty."),
    "html": (b"<!DOCTYPE html><html><body>Sign in", "is an HTML page"),
    "html without a doctype": (b"\n<HTML><head>", "is an HTML page"),
    "xhtml": (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD" "x"><html>', "is an HTML page"),
    "another xml": (b'<?xml version="1.0"?><!-- x --><rss version="2"></rss>', "begins with <rss>."),
    "a product alone": (b"<Product></Product>", "begins with <Product>."),
    "onix 2.1": (b'<ONIXMessage release="2.1"><Product>', "is ONIX 2.1"),
    "short onix 2.1": (b"<ONIXmessage><header/><product><a001>1</a001><title><b202>01", "is ONIX 2.1"),
    "onix 2.1 by its dtd": (
        b'<!DOCTYPE ONIXMessage SYSTEM "http://www.editeur.org/onix/2.1/reference/x.dtd"><ONIXMessage>',
        "is ONIX 2.1",
    ),
    "onix 2.1 by its elements": (b"<ONIXMessage><Product><Title>", "is ONIX 2.1"),
    "onix 4": (b'<ONIXMessage release="4.0">', "is ONIX 4.0"),
    "entities": (b'<!DOCTYPE ONIXMessage [<!ENTITY a "x">]><ONIXMessage>', "defines a DTD of its own"),
    "a cut root": (b'<?xml version="1.0"?><ONIXMessage release="3.0"', "is cut off"),
    "a cut declaration": (b"<?xml versi", "is cut off"),
    "a pdf": (b"%PDF-1.7", "is a PDF"),
    "a document": (
        a_zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}),
        "is a document, not a table",
    ),
    "an OpenDocument text": (
        a_zip(mimetype=b"application/vnd.oasis.opendocument.text", **{"content.xml": b"<x/>"}),
        "is a document, not a table",
    ),
    "a Numbers file": (a_zip(**{"Index/Document.iwa": b"x"}), "is from Numbers"),
    "rich text": (rb"{\rtf1\ansi isbn,title}", "is a text document"),
    "json": (b'[{"isbn": 1}]', "is JSON"),
    "binary": (b"abc\x00\x01\x02", "is not text"),
    "a zip of pictures": (a_zip(**{"a.jpg": b"\xff\xd8\xff"}), "has no ONIX, CSV or Excel file in it"),
    "a zip of nothing": (a_zip(), "has no ONIX, CSV or Excel file in it"),
    "a broken zip": (a_zip(**{"a.xml": ONIX})[:-30], "is damaged"),
    "a zip within": (gzip.compress(a_zip(**{"a.xml": ONIX})), "is an archive within an archive"),
    "gzipped twice": (gzip.compress(gzip.compress(ONIX)), "is packed twice"),
    "a cut gzip": (gzip.compress(ONIX)[:-20], "is cut off"),
    "a gzip without a body": (b"\x1f\x8b\x08", "is cut off"),
    "a damaged gzip": (gzip.compress(ONIX)[:40] + b"\xff" * 40, "is damaged"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_other_files_are_refused_in_one_line_that_says_what_they_are(
    data: bytes, reason: str, tmp_path: Path
) -> None:
    assert reason in unreadable(a_file(tmp_path, data))


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert unreadable(tmp_path / "nothing.xml") == "The file cannot be opened: No such file or directory."
    assert unreadable(tmp_path) == "The path is a folder. Name the files in it."


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    data = bytearray(a_zip(**{"a.xml": ONIX}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert unreadable(a_file(tmp_path, bytes(data))) == "The zip needs a password. Unpack it first."


def refusal(read: Callable[[], object]) -> str:
    """Why something cannot be read; '' when it can."""
    try:
        read()
    except UnreadableFile as problem:
        return str(problem)
    return ""


@given(st.binary(max_size=300), st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b""]))
def test_any_file_is_opened_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    path = a_file(tmp_path_factory.getbasetemp(), start + data, "any")
    assert "\n" not in refusal(lambda: read_all(path))


def read_all(path: Path, limits: UnpackLimits = DEFAULT_LIMITS) -> None:
    """Read all that is in a file."""
    for source in find_input_files(path, limits):
        with source.open() as opened:
            opened.stream.read()
