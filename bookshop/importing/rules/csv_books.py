"""A list of books as CSV: each row becomes a record of a sender whom everybody else outranks."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, BinaryIO

from bookshop.importing.rules.csv_table import CsvRow, CsvTable, describe_columns, read_table
from bookshop.money import SYMBOLS, exponent, parse
from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, PUBLISHING, SUPPLY, Blocks, dump_blocks
from bookshop.onix.collateral import is_link
from bookshop.onix.dates import parse_date
from bookshop.onix.descriptive import DescriptiveBlock
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.markup import is_markup
from bookshop.onix.numbers import parse_whole
from bookshop.onix.record import (
    MAX_NAME_CHARS,
    OTHER_SOURCE_RANK,
    MessageHeader,
    ReadItem,
    Record,
    RefusedRecord,
)
from bookshop.onix.text import normalize
from bookshop.trade.isbn import read_isbn
from bookshop.trade.market import Market
from bookshop.trade.subject_schemes import BISAC, thema_scheme_of

# by field, without spaces and punctuation, the surest name first
COLUMNS = {
    field: tuple(names.split())
    for field, names in (
        ("isbn", "isbn13 isbn ean13 ean gtin13 gtin isbn10 isbnean eanisbn barcode"),
        ("title", "title booktitle producttitle productname name"),
        ("subtitle", "subtitle"),
        ("people", "author authors authorname authornames by writer contributors contributor"),
        ("publisher", "publisher publishername"),
        ("imprint", "imprint imprintname"),
        ("price", "rrp retailprice sellingprice listprice price srp msrp retail unitprice"),
        (
            "stock",
            (
                "stock quantity qty onhand stockonhand qtyonhand quantityonhand soh stockqty "
                "stockquantity instock stocklevel inventory copies count"
            ),
        ),
        ("language", "language lang languagecode"),
        ("form", "format binding productform form bookformat producttype"),
        ("pages", "pages pagecount numberofpages numpages noofpages"),
        (
            "published",
            (
                "published publicationdate pubdate publisheddate datepublished releasedate "
                "publicationyear pubyear year yearpublished"
            ),
        ),
        ("description", "description longdescription blurb summary synopsis annotation"),
        (
            "subjects",
            (
                "thema themacode themacodes bisac bisaccode bisaccodes subjectcode subjectcodes "
                "subject subjects category categories genre genres"
            ),
        ),
        ("keywords", "keywords keyword tags"),
        ("series", "series seriesname seriestitle"),
        ("series_number", "seriesnumber seriesno numberinseries volume vol volumenumber"),
        ("edition", "edition editionstatement"),
        ("cover", "coverurl imageurl coverimage coverlink image cover picture imagelink"),
    )
}
RANK = OTHER_SOURCE_RANK + 1

# ONIX code list 150
FORMS = {
    "paperback": "BC",
    "softback": "BC",
    "softcover": "BC",
    "pbk": "BC",
    "pb": "BC",
    "massmarket": "BC",
    "hardback": "BB",
    "hardcover": "BB",
    "hbk": "BB",
    "hb": "BB",
    "cased": "BB",
    "boardbook": "BH",
    "spiral": "BE",
    "leather": "BG",
    "ebook": "ED",
    "epub": "ED",
    "kindle": "ED",
    "pdf": "ED",
    "audiocd": "AC",
    "audiobook": "AJ",
    "book": "BA",
}
FORM = re.compile("[A-Z]{2}")
# ISO 639-2/B, by what else languages are called
LANGUAGES = {
    "eng": ("en", "english"),
    "fre": ("fr", "fra", "french", "francais"),
    "ger": ("de", "deu", "german", "deutsch"),
    "spa": ("es", "spanish", "espanol"),
    "ita": ("it", "italian", "italiano"),
    "por": ("pt", "portuguese", "portugues"),
    "dut": ("nl", "nld", "dutch", "nederlands"),
    "swe": ("sv", "swedish", "svenska"),
    "dan": ("da", "danish", "dansk"),
    "nor": ("no", "nb", "norwegian", "norsk"),
    "fin": ("fi", "finnish", "suomi"),
    "pol": ("pl", "polish", "polski"),
    "cze": ("cs", "ces", "czech"),
    "rus": ("ru", "russian"),
    "ukr": ("uk", "ukrainian"),
    "gre": ("el", "ell", "greek"),
    "tur": ("tr", "turkish"),
    "ara": ("ar", "arabic"),
    "heb": ("he", "hebrew"),
    "hin": ("hi", "hindi"),
    "tam": ("ta", "tamil"),
    "may": ("ms", "msa", "malay", "melayu"),
    "ind": ("id", "indonesian"),
    "vie": ("vi", "vietnamese"),
    "tha": ("th", "thai"),
    "chi": ("zh", "zho", "chinese", "mandarin"),
    "jpn": ("ja", "japanese"),
    "kor": ("ko", "korean"),
    "wel": ("cy", "cym", "welsh"),
    "gle": ("ga", "irish"),
    "lat": ("la", "latin"),
}
LANGUAGE_CODES = {name: code for code, names in LANGUAGES.items() for name in (code, *names)}

BISAC_CODE, THEMA_CODE = (
    re.compile(r"[A-Z]{3}[0-9]{6}"),
    re.compile(r"[A-Z][A-Z0-9]{0,8}|[1-6][A-Z0-9-]{1,12}"),
)
BETWEEN = re.compile(r"\s*[;|/]\s*|\s*,\s*(?=[A-Z0-9-]+\b)")
BETWEEN_PEOPLE = re.compile(r"\s*[;|&/]\s*|\s+and\s+")
INITIAL = re.compile(r"\w\.?(?:-?\w\.)*")
# day first, as nearly everywhere
DATES = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y")
MONTHS = ("%m/%Y", "%B %Y", "%b %Y", "%b-%Y")
MONTH_FIRST = "%m/%d/%Y"
MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "FM", "PW", "MH"})
MARKS = {"€": ("EUR",), "£": ("GBP",), "¥": ("JPY", "CNY"), "RM": ("MYR",), "Rp": ("IDR",), "₹": ("INR",)}


def read_book_csv(stream: BinaryIO, name: str, market: Market) -> Iterator[ReadItem]:
    """A message in the file's own name, then a record for each row, in the form that ONIX has them in."""
    table = open_book_table(stream, market, "title")
    yield MessageHeader(sender_name(name), None, table.ignored)
    for row in table.rows:
        try:
            yield _record(row, market)
        except ValueError as problem:
            isbn = row.cells.get("isbn", "")[:MAX_NAME_CHARS]
            yield RefusedRecord(row.number, row.line, isbn, row.problem or str(problem))


def open_book_table(stream: BinaryIO, market: Market, *needed: str) -> CsvTable:
    """A table with at least these columns and one of ISBNs; raises UnreadableFile."""
    table = read_table(stream, COLUMNS, suffix=market.currency)
    missing = [field for field in ("isbn", *needed) if field not in table.fields]
    if missing:
        names = " and ".join("the ISBN" if field == "isbn" else f"the {field}" for field in missing)
        raise UnreadableFile(f"has no column for {names}; its columns are: {describe_columns(table)}")
    return table


def sender_name(name: str) -> str:
    """Who is taken to have sent a file of this name."""
    return PurePath(name).stem[:MAX_NAME_CHARS]


def parse_row_isbn(row: CsvRow) -> str:
    """A row's ISBN; raises ValueError."""
    if row.problem:
        raise ValueError(row.problem)
    text = row.cells.get("isbn", "")
    if not text:
        raise ValueError("it has no ISBN")
    if "E+" in text.upper():
        raise ValueError(
            f"{text[:20]} was an ISBN before a spreadsheet shortened it: format the column as text"
        )
    # how spreadsheets are kept from taking it for a number, and how they write one as a number
    isbn = read_isbn(text.strip("=\"'").removesuffix(".0").zfill(10))
    if isbn is None:
        raise ValueError(f"{text[:20]} is no ISBN: its check digit or its length is wrong")
    return isbn


def parse_csv_price(text: str, market: Market) -> int:
    """A price in minor units, whatever is written around it; raises ValueError."""
    currency = market.currency
    own = [mark for mark, currencies in MARKS.items() if currency in currencies]
    own += [currency, *filter(None, (SYMBOLS.get(currency),)), *(["$"] if currency[2] == "D" else [])]
    amount = text.strip()
    for mark in own:
        amount = amount.removeprefix(mark).removesuffix(mark).strip()
    try:
        return parse(_with_point(amount), currency).minor
    except ValueError:
        raise ValueError(f"{text[:20]!r} is no price in {currency}") from None


def _with_point(amount: str) -> str:
    """The amount with a decimal point and nothing between thousands."""
    amount = amount.replace(" ", "").replace("\xa0", "").replace("'", "").replace("’", "")
    comma, point = amount.rfind(","), amount.rfind(".")
    is_decimal_comma = comma > point and (len(amount) - comma - 1 != 3 or point >= 0)
    if is_decimal_comma:
        return amount.replace(".", "").replace(",", ".")
    return amount.replace(",", "")


def _record(row: CsvRow, market: Market) -> Record:
    isbn = parse_row_isbn(row)
    if "title" not in row.cells:
        raise ValueError("it has no title")
    blocks = _blocks(row.cells, market)
    return Record(isbn, "03", isbn, row.number, row.line, RANK, dump_blocks(blocks))


def _blocks(cells: dict[str, str], market: Market) -> Blocks:
    publishing = _filled(
        publisher=normalize(cells.get("publisher", "")),
        imprint=normalize(cells.get("imprint", "")),
        dates=[{"role": "01", "date": day} for day in [_date(cells.get("published", ""), market)] if day],
    )
    link = cells.get("cover", "")
    text = cells.get("description", "")
    collateral = _filled(
        texts=[_filled(type="03", text=text, is_html=is_markup(text, ""))] if text else [],
        covers=[{"link": link}] if is_link(link) else [],
    )
    minor = parse_csv_price(cells["price"], market) if "price" in cells else 0
    price = {
        "type": "02",
        "amount": str(Decimal(minor).scaleb(-exponent(market.currency))),
        "currency": market.currency,
    }
    supply = {"supplies": [{"suppliers": [{"prices": [price]}]}]} if minor else {}
    blocks = {
        DESCRIPTIVE: _descriptive(cells),
        COLLATERAL: collateral,
        PUBLISHING: publishing,
        SUPPLY: supply,
    }
    return {key: block for key, block in blocks.items() if block}


def _descriptive(cells: dict[str, str]) -> DescriptiveBlock:
    codes, others = _subjects(re.split(BETWEEN, cells.get("subjects", "")))
    keywords = re.split(r"\s*[;,|]\s*", cells.get("keywords", ""))
    language = LANGUAGE_CODES.get(_plain(cells.get("language", "")), "")
    pages = parse_whole(cells.get("pages", "").removesuffix(".0")) or 0
    found: DescriptiveBlock = _filled(
        composition="00",
        form=_form(cells.get("form", "")),
        title=normalize(cells["title"]),
        subtitle=normalize(cells.get("subtitle", "")),
        series=normalize(cells.get("series", "")),
        series_number=normalize(cells.get("series_number", "")),
        contributors=[{"roles": ["A01"], "name": name} for name in parse_people(cells.get("people", ""))],
        edition=normalize(cells.get("edition", "")),
        language=language,
        extents=[{"type": "00", "value": str(pages), "unit": "03"}] if pages else [],
        subjects=codes,
        keywords=[word for word in (*others, *map(normalize, keywords)) if word],
    )
    return found


def parse_people(text: str) -> list[str]:
    """Names out of one cell, the family name first or last."""
    people: list[str] = []
    for part in re.split(BETWEEN_PEOPLE, normalize(text)):
        names = [name.strip() for name in part.split(",") if name.strip()]
        is_inverted = len(names) == 2 and not all(map(_is_whole_name, names))
        people += [f"{names[1]} {names[0]}"] if is_inverted else names
    return list(dict.fromkeys(people))


def _is_whole_name(name: str) -> bool:
    return len([word for word in name.split() if not INITIAL.fullmatch(word)]) > 1


def _subjects(parts: Iterable[str]) -> tuple[list[dict[str, str]], list[str]]:
    """What is a code of BISAC or Thema, and the words that are neither."""
    codes, others = [], []
    for part in filter(None, map(normalize, parts)):
        code = part.partition(" ")[0].rstrip(":")
        if BISAC_CODE.fullmatch(code):
            codes.append({"scheme": BISAC, "code": code})
        elif THEMA_CODE.fullmatch(code) and (code == part or len(code) > 1):
            codes.append({"scheme": thema_scheme_of(code), "code": code})
        else:
            others.append(part)
    return codes, others


def _form(text: str) -> str:
    plain = _plain(text)
    return text if FORM.fullmatch(text) else next((FORMS[name] for name in FORMS if name in plain), "")


def _date(text: str, market: Market) -> str:
    """A date as exact as it is written; '' for none."""
    if day := parse_date(text):
        return day
    order = (MONTH_FIRST, *DATES) if market.country in MONTH_FIRST_COUNTRIES else (*DATES, MONTH_FIRST)
    for formats, exactness in ((order, "%Y-%m-%d"), (MONTHS, "%Y-%m")):
        for form in formats:
            try:
                return datetime.strptime(text, form).strftime(exactness)  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
    return ""


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _filled(**values: Any) -> Any:
    return {name: value for name, value in values.items() if value}
