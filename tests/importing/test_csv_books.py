import csv
import io
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.catalogue.book import Subject
from bookshop.importing.rules import csv_books
from bookshop.importing.rules.csv_books import read_book_csv
from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_isbns import parse_row_isbn
from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.importing.rules.csv_table import CsvRow
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import DerivedBook
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.record import MessageHeader, Record, RefusedRecord
from bookshop.trade.availability import NO_DATE
from bookshop.trade.market import Market
from tests.importing.feeds import NOW
from tests.importing.shop import MARKET
from tests.onix.messages import isbn_of

# of every column that is not required
FIELDS = tuple(field for field in CSV_COLUMN_NAMES if field not in {"isbn", "title", "group"})
odd_numbers = st.from_regex(r"[0-9]{1,6}[-/., T:]?[0-9]{0,4}[-/., T:Z+]?[0-9]{0,4}", fullmatch=True)
odd_cells = st.one_of(st.text(max_size=30), odd_numbers)
ISBN, OTHER = "9780306406157", "9780140449136"


def read(text: str | bytes, market: Market = MARKET) -> list[Record | RefusedRecord]:
    """Return the items of a file without its header."""
    data = text if isinstance(text, bytes) else text.encode()
    _, *rows = read_book_csv(io.BytesIO(data), "list.csv", market)
    return [row for row in rows if not isinstance(row, MessageHeader)]


def books_in(text: str | bytes, market: Market = MARKET) -> list[DerivedBook]:
    """Derive the books of a file; none of its rows may be refused."""
    found = []
    for row in read(text, market):
        assert isinstance(row, Record), row
        found.append(derive_book(row.isbn, [row.blocks], {}, market, NOW))
    return found


def test_a_row_is_a_book_with_all_that_it_tells() -> None:
    (book,) = books_in(
        "EAN,Title,Subtitle,Author(s),Publisher,RRP,Language,Format,Pages,Pub date,Description,BISAC,Series,"
        "Volume,Image URL\n"
        f'{ISBN},Adam  Bede,A Novel,"Eliot, George; Lim, Zoë",Awning,"$1,218.90",English,Pbk,540,2021-03-04,'
        '"Hay, and <b>carpentry</b>.\n\nA novel.",FIC004000,Tales,2,https://example.com/1.jpg\n'
    )
    assert (book.title, book.subtitle, book.byline) == ("Adam Bede", "A Novel", "George Eliot and Zoë Lim")
    assert (book.publisher, book.price_minor, book.language) == ("Awning", 121_890, "eng")
    assert (book.form, book.pages, book.published) == ("BC", 540, "2021-03-04")
    assert "<b>carpentry</b>" in book.details.description
    assert book.subjects == (Subject("FIC004000", "10"),)
    assert (book.series, book.series_number) == ("Tales", "2")
    assert book.covers[0]["link"] == "https://example.com/1.jpg"
    assert book.is_listed
    assert book.may_sell


def test_a_row_may_name_the_supplier() -> None:
    (book,) = books_in(f"ISBN,Title,Price,Supplier\n{ISBN},Adam Bede,12.50, Harbour  Wholesale \n")
    assert (book.details.supplier, book.price_minor) == ("Harbour Wholesale", 1250)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "sep={}\r\n"])
def test_any_usual_delimiter(delimiter: str, start: str) -> None:
    rows = [("ISBN", "Title", "Price"), (ISBN, "Émile", "12.50"), (OTHER, '"Silas, or; not"', "1")]
    text = start.format(delimiter) + "".join(delimiter.join(row) + "\r\n" for row in rows)
    assert [(book.isbn, book.title, book.price_minor) for book in books_in(text)] == [
        (ISBN, "Émile", 1250),
        (OTHER, "Silas, or; not", 100),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("padding", [0, 70_000])
def test_any_usual_encoding(encoding: str, padding: int) -> None:
    isbns = (isbn_of(number) for number in range(padding // 70))
    head = "isbn,title,author\n" + "".join(f"{isbn},{'x' * 50},Anonymous\n" for isbn in isbns)
    text = head + f"{ISBN},Les Misérables – Émile,Zoë Ångström\n"
    if encoding == "latin-1":
        text = text.replace("–", "-")
    *_, book = books_in(text.encode(encoding))
    assert book.title.startswith("Les Misérables")
    assert book.byline == "Zoë Ångström"


def test_a_broken_byte_breaks_no_other() -> None:
    (book,) = books_in(f"isbn,title,author\n{ISBN},Émile,".encode() + b"\xff\n")
    assert book.title == "Émile"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Title,Author\nA,B\n", "The file has no column for the ISBN. Its columns are: Title, Author."),
        ("ISBN,Where\n1,B\n", "The file has no column for the title. Its columns are: ISBN, Where."),
        ("a,b\n", "The file has no column for the ISBN and the title. Its columns are: a, b."),
        ("\n", "The file has no column for the ISBN and the title. Its columns are: none."),
    ],
)
def test_a_file_without_its_columns_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(text)
    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize("end", ["", ",1,2,3"])
def test_a_row_that_is_too_long_is_refused_alone(end: str) -> None:
    refused, book = read(f"isbn,title\n{OTHER},{'x' * 1_200_000}{end}\n{ISBN},B\n")
    assert isinstance(refused, RefusedRecord)
    assert (refused.line, refused.reason) == (2, "The row has more than 131,072 characters.")
    assert isinstance(book, Record)


def test_bad_rows_are_refused_one_by_one() -> None:
    rows = read(
        f"isbn,title,price\n{ISBN},A,1\n,B,1\n9780306406158,C,1\n{OTHER},,1\n{OTHER},D,a lot\n"
        f"9.78031E+12,E,1\n{OTHER},F,€5\n\n{OTHER},G,\n"
    )
    assert [(row.position, row.line, row.reason) for row in rows if isinstance(row, RefusedRecord)] == [
        (2, 3, "The row has no ISBN."),
        (3, 4, "9780306406158 is not a valid ISBN. Check its length and its digits."),
        (4, 5, "The row has no title."),
        (
            6,
            7,
            "9.78031E+12 is an ISBN that a spreadsheet has shortened. Format its column as text.",
        ),
        (7, 8, "The book is in row 5 too, which counts."),
        (8, 10, "The book is in row 5 too, which counts."),
    ]
    assert [row.isbn for row in rows if isinstance(row, Record)] == [ISBN, OTHER]


def test_an_odd_price_is_reported_and_the_book_imported() -> None:
    (record,) = read(f"isbn,title,price\n{ISBN},A,a lot\n")
    assert isinstance(record, Record)
    assert record.warnings == ("'a lot' is not a valid price in SGD.",)
    assert derive_book(record.isbn, [record.blocks], {}, MARKET, NOW).price_minor == 0


@pytest.mark.parametrize(
    "isbn", ["0-306-40615-2", "978-0-306-40615-7", "306406152", '="9780306406157"', f"{ISBN}.0"]
)
def test_isbns_as_spreadsheets_have_them(isbn: str) -> None:
    assert [book.isbn for book in books_in(f'isbn;title\n"{isbn.replace(chr(34), chr(34) * 2)}";A\n')] == [
        ISBN
    ]


def test_a_currency_without_minor_units() -> None:
    assert parse_csv_price("¥1,500", Market("JP", "JPY", "Asia/Tokyo")) == 1500
    yen = books_in(f"isbn,title,price (JPY)\n{ISBN},A,1500\n", Market("JP", "JPY", "Asia/Tokyo"))
    assert yen[0].price_minor == 1500


def test_a_date_that_cannot_be_read_is_reported_and_withholds_its_book() -> None:
    (record,) = read(f"isbn,title,published\n{ISBN},A,27-Mar\n")
    assert isinstance(record, Record)
    assert " ".join(record.warnings) == (
        "'27-Mar' is not a date that can be read. Write it like 2027-03-01. "
        "Until then the book is not for sale."
    )
    book = derive_book(ISBN, [record.blocks], {}, MARKET, NOW)
    assert (book.published, book.is_listed, book.on_sale) == ("", True, NO_DATE)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("n.d.", ()),
        (
            "01/01/0001",
            ("'01/01/0001' is not a plausible date of publication. Write it like 2027-03-01.",),
        ),
        ("1998 printing", ("'1998 printing' is not a date that can be read. Write it like 2027-03-01.",)),
    ],
)
def test_a_date_that_is_not_to_come_withholds_nothing(text: str, warning: tuple[str, ...]) -> None:
    (record,) = read(f"isbn,title,published\n{ISBN},A,{text}\n")
    assert isinstance(record, Record)
    assert record.warnings == warning
    assert derive_book(ISBN, [record.blocks], {}, MARKET, NOW).on_sale is None


def test_numbers_of_spreadsheets_have_no_decimals() -> None:
    (book,) = books_in(f"isbn,title,series,volume,edition,pages\n{ISBN},A,Tales,2.0,3.0,320.0\n")
    assert (book.series_number, book.details.edition, book.pages) == ("2", "3", 320)


def test_unknown_formats_and_languages_are_counted() -> None:
    (record,) = read(f"isbn,title,format,language\n{ISBN},A,Schallplatte,Klingon\n")
    assert isinstance(record, Record)
    assert record.unknown == (("format", "Schallplatte"), ("language", "Klingon"))


def test_a_column_of_thema_may_stand_beside_other_subjects() -> None:
    (book,) = books_in(f"isbn,title,genre,thema\n{ISBN},A,TRAVEL; FIC004000,NHTP1\n")
    assert book.subjects == (Subject("NHTP1", "93"), Subject("FIC004000", "10"))
    assert book.details.keywords == "TRAVEL"


def test_one_date_after_the_12th_decides_for_the_file() -> None:
    rows = f"{ISBN};A;04/03/2021\n{OTHER};B;03/25/2021\n"
    assert [book.published for book in books_in(f"isbn;title;published\n{rows}")] == [
        "2021-04-03",
        "2021-03-25",
    ]


class BrokenArchive(io.BytesIO):
    """A stream that cannot be read to its end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if part := super().read(size):
            return part
        raise UnreadableFile("The archive is damaged.")


def test_rows_before_a_damage_are_read() -> None:
    rows = "".join(f"{isbn_of(n)},A\n" for n in range(20))
    found = read_book_csv(BrokenArchive(f"isbn,title\n{rows}".encode()), "list.csv", MARKET)
    assert len(list(islice(found, 21))) == 21
    with pytest.raises(UnreadableFile):
        next(found)


@settings(max_examples=300, deadline=None)
@given(
    head=st.sampled_from(
        [b"", b"isbn,title,price\n", b"isbn;title;price;published;author;subject\n", b"\xff\xfe"]
    ),
    body=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)),
)
def test_any_bytes_are_rows_or_refused_with_a_reason(head: bytes, body: bytes) -> None:
    try:
        rows = read(head + body)
    except UnreadableFile:
        return
    for row in rows:
        if isinstance(row, RefusedRecord):
            assert row.reason
        else:
            assert derive_book(row.isbn, [row.blocks], {}, MARKET, NOW).title


@settings(max_examples=200, deadline=None)
@given(cells=st.fixed_dictionaries(dict.fromkeys(FIELDS, odd_cells)))
def test_any_cells_make_a_book_and_never_cost_another_row(cells: dict[str, str]) -> None:
    out = io.StringIO()
    columns = {"isbn": "isbn", "title": "title", **{name: CSV_COLUMN_NAMES[name][0] for name in FIELDS}}
    writer = csv.DictWriter(out, ["isbn", "title", *FIELDS], restval="")
    writer.writerow(columns)
    writer.writerows(
        [{"isbn": ISBN, "title": "A", **cells}, {"isbn": OTHER, "title": "B", "published": "2021-03-04"}]
    )
    odd, other = read(out.getvalue().encode("utf-8", "replace"))
    assert isinstance(odd, Record | RefusedRecord)
    if isinstance(odd, Record):
        book = derive_book(ISBN, [odd.blocks], {}, MARKET, NOW)
        assert 0 <= book.price_minor < 2**31
    assert isinstance(other, Record)
    assert derive_book(OTHER, [other.blocks], {}, MARKET, NOW).published == "2021-03-04"


def test_an_unexpected_error_refuses_only_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse_or_fail(row: CsvRow) -> str:
        if row.number == 1:
            raise TypeError("odd")
        return parse_row_isbn(row)

    monkeypatch.setattr(csv_books, "parse_row_isbn", parse_or_fail)
    refusal, record = read(f"isbn,title\n{ISBN},A\n{OTHER},B\n")
    assert isinstance(refusal, RefusedRecord)
    assert (refusal.line, refusal.reference) == (2, ISBN)
    assert isinstance(record, Record)
