import io
from pathlib import Path

import pytest

from bookshop.importing.rules.csv_books import read_book_csv
from bookshop.importing.rules.csv_text import ENCODINGS_BY_COUNTRY, TextEncoding, read_lines
from bookshop.onix.blocks import DESCRIPTIVE
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind, detect_kind
from bookshop.onix.input_file import InputFile
from bookshop.onix.record import MessageHeader, Record
from bookshop.onix.table_options import NO_OPTIONS, TableOptions
from bookshop.trade.market import Market

TITLES = {
    "cp1250": "Zażółć gęślą jaźń",
    "cp1251": "Война и мир",
    "cp1252": "Les Misérables – Émile",
    "cp1253": "Βίος και πολιτεία",
    "cp1254": "İnce Memed ve ağaç şarkısı",
    "cp1255": "סיפור על אהבה וחושך",
    "cp1256": "موسم الهجرة",
    "cp1257": "Metų laikai, žmonės",
    "cp874": "สี่แผ่นดิน",
    "cp932": "吾輩は猫である",
    "cp949": "채식주의자",
    "gb18030": "百年孤独",
    "cp950": "百年孤寂",
}


def read(title: str, encoding: str, country: str, options: TableOptions = NO_OPTIONS) -> tuple[str, str]:
    """Return the title as it is read from a file, and the encoding that was guessed."""
    data = f'isbn;title\n9780306406157;"{title}"\n'.encode(encoding)
    market = Market(country, "EUR", "UTC")
    *_, record, last = [None, *read_book_csv(io.BytesIO(data), "list.csv", market, options)]
    if isinstance(last, Record):
        return last.blocks[DESCRIPTIVE]["title"], ""
    assert isinstance(record, Record)
    assert isinstance(last, MessageHeader)
    return record.blocks[DESCRIPTIVE]["title"], last.guessed_encoding


@pytest.mark.parametrize(("encoding", "title"), TITLES.items())
def test_a_file_that_is_not_utf8_has_the_encoding_of_the_country(encoding: str, title: str) -> None:
    countries = {encoding: country for country, encoding in ENCODINGS_BY_COUNTRY.items()}
    country = countries.get(encoding, "SG")
    assert read(title, encoding, country) == (title, encoding)
    assert read(title, "utf-8", country) == (title, "")
    assert read(title, "utf-16", country) == (title, "")


@pytest.mark.parametrize(("encoding", "title"), TITLES.items())
def test_an_encoding_that_is_stated_counts(encoding: str, title: str) -> None:
    assert read(title, encoding, "SG", TableOptions(encoding)) == (title, "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "idna"])
def test_an_encoding_that_the_file_cannot_have_is_refused(encoding: str) -> None:
    with pytest.raises(UnreadableFile, match="cannot be read as"):
        read("Größe", "cp1252", "SG", TableOptions(encoding))


def test_letters_that_cannot_be_read_are_reported() -> None:
    data = "isbn,title\n9780306406157,Größe\n9780306406164,Plain\n".encode()
    market = Market("SG", "SGD", "UTC")
    _, odd, plain = read_book_csv(io.BytesIO(data), "list.csv", market, TableOptions("ascii"))
    assert isinstance(odd, Record)
    assert isinstance(plain, Record)
    assert odd.warnings == ("Letters of the row cannot be read. State the file's --encoding.",)
    assert plain.warnings == ()


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "cp1253", "gb18030", "cp950", "cp932", "mac_roman"])
def test_one_title_among_many_in_ascii_shows_the_encoding(encoding: str) -> None:
    title = TITLES.get(encoding, TITLES["cp1252"])
    plain = b"9780306406157,A plain title,John Doe\n" * 1000
    data = plain + f"9780306406157,{title},A B\n".encode(encoding) + plain
    assert f"9780306406157,{title},A B\n" in list(read_lines(io.BytesIO(data), TextEncoding()))


@pytest.mark.parametrize("title", ["Größe", "El niño", "It’s “fine”", "São Paulo", "Ångström", "For £5"])
def test_a_word_of_mostly_ascii_letters_is_latin(title: str) -> None:
    assert read(title, "cp1252", "SG") == (title, "cp1252")


def test_a_broken_letter_in_utf8_is_no_other_encoding() -> None:
    data = "isbn,title\n9780306406157,Größe und Würde\n".encode().replace(b"W\xc3", b"W")
    _, record, *others = read_book_csv(io.BytesIO(data), "list.csv", Market("SG", "SGD", "UTC"))
    assert isinstance(record, Record)
    assert (len(record.warnings), others) == (1, [])


def test_a_nul_is_a_letter_that_cannot_be_read() -> None:
    data = b"isbn,title\n9780306406157,Adam\0Bede\n"
    _, record = read_book_csv(io.BytesIO(data), "list.csv", Market("SG", "SGD", "UTC"))
    assert isinstance(record, Record)
    assert record.blocks[DESCRIPTIVE]["title"] == "Adam\ufffdBede"
    assert record.warnings == ("Letters of the row cannot be read. State the file's --encoding.",)


def test_utf16_without_a_mark_is_read_if_it_is_stated(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("isbn,title\n9780306406157,Größe\n".encode("utf-16-le"))
    with pytest.raises(UnreadableFile, match="is not text"), InputFile(path).open():
        pass
    with InputFile(path, options=TableOptions("utf-16-le")).open() as opened:
        assert opened.kind is FileKind.CSV
        lines = list(read_lines(opened.stream, TextEncoding("utf-16-le")))
    assert lines[1] == "9780306406157,Größe\n"


def test_a_list_may_end_as_on_old_systems() -> None:
    data = b"isbn,title\r\n9780306406157,Tea\r\n\x1a"
    stream = io.BytesIO(data)
    _, *records = read_book_csv(stream, "list.csv", Market("SG", "SGD", "UTC"))
    assert [type(one) for one in records] == [Record]
    assert detect_kind(data, is_whole=True) is FileKind.CSV
