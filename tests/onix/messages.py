"""Make invented ONIX messages in every dialect, from only what matters to a test."""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import onixcheck
from lxml import etree
from stdnum import ean

from bookshop.onix.blocks import Blocks
from bookshop.onix.reader import read_onix
from bookshop.onix.record import MessageHeader, ReadItem, Record, RefusedRecord
from tests.builders import an_isbn

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMAS = Path(onixcheck.__file__).parent / "schema"
COVER = "https://example.com/1.jpg"
REFERENCE_TAG = re.compile(r"<(/?)([A-Z]\w*)")

HEADER = """
	<Header>
		<Sender>
			<SenderName>Example Books</SenderName>
			<EmailAddress>onix@example.com</EmailAddress>
		</Sender>
		<MessageNumber>231</MessageNumber>
		<SentDateTime>20261125T0910+0800</SentDateTime>
	</Header>
"""


@dataclass(frozen=True)
class Dialect:
    """One of the spellings of the same message."""

    release: str = "3.1"
    is_short: bool = False
    has_namespace: bool = True

    def __str__(self) -> str:
        tags = "short" if self.is_short else "reference"
        return f"{self.release}-{tags}-{'namespace' if self.has_namespace else 'bare'}"

    @property
    def root(self) -> str:
        """The root element."""
        return "ONIXmessage" if self.is_short else "ONIXMessage"

    @property
    def start(self) -> str:
        """The start of the message, before its header."""
        tags = "short" if self.is_short else "reference"
        namespace = f' xmlns="http://ns.editeur.org/onix/{self.release}/{tags}"' if self.has_namespace else ""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<{self.root} release="{self.release}"{namespace}>'

    def spell(self, xml: str) -> str:
        """Return reference tags in the spelling of this dialect."""
        names = short_names()
        return REFERENCE_TAG.sub(lambda tag: f"<{tag[1]}{names[tag[2]]}", xml) if self.is_short else xml


PLAIN = Dialect()
DIALECTS = [
    Dialect(release, is_short, has_namespace)
    for release in ("3.0", "3.1")
    for is_short in (False, True)
    for has_namespace in (True, False)
]


@cache
def short_names() -> dict[str, str]:
    """Return the short name of every element by its reference name, from the schemas."""
    names: dict[str, str] = {}
    for release in ("3.0", "3.1"):
        path = SCHEMAS / f"xsd{release}" / f"ONIX_BookProduct_{release}_reference.xsd"
        for element in etree.parse(path).iterfind(f".//{XSD}element[@name]"):
            short = element.find(f".//{XSD}attribute[@name='shortname']//{XSD}enumeration")
            if short is not None:
                names[str(element.get("name"))] = str(short.get("value"))
    return names


def a_message(*products: str, dialect: Dialect = PLAIN, header: str = HEADER) -> bytes:
    """Make a message of products that are written in reference tags."""
    return f"{dialect.start}{dialect.spell(header + ''.join(products))}</{dialect.root}>\n".encode()


def a_rich_product(number: int = 1, dialect: Dialect = PLAIN) -> str:
    """Make a record of about 18 KB with every field that is read, in the tags of a dialect."""
    title = f"Pilot Boat Constance No. {number}"
    values = {
        "number": str(number),
        "isbn": isbn_of(number),
        "title": title,
        "shout": title.upper(),
        "price": f"{15 + number % 30}.90",
    }
    text = rich_template(dialect.is_short)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


@cache
def rich_template(is_short: bool) -> str:
    """Return the rich record with placeholders for what differs between records."""
    return Dialect(is_short=is_short).spell(Path(__file__).with_name("rich_product.xml").read_text("utf-8"))


def isbn_of(number: int) -> str:
    """Return the ISBN of the rich record of this number."""
    stem = f"97917{number:07d}"
    return stem + ean.calc_check_digit(stem)


def write_rich_message(path: Path, count: int, dialect: Dialect = PLAIN) -> None:
    """Write a file of rich records."""
    with path.open("w", encoding="utf-8") as file:
        file.write(dialect.start + dialect.spell(HEADER))
        file.writelines(a_rich_product(number, dialect) for number in range(1, count + 1))
        file.write(f"</{dialect.root}>\n")


RICH = a_message(a_rich_product())


def a_product(
    *parts: str,
    isbn: str | None = None,
    notification: str = "03",
    reference: str = "com.example.1",
    source: str = "01",
    identifiers: str | None = None,
) -> str:
    """Make a product of these parts, or with a title alone if there are none."""
    if identifiers is None:
        identifiers = identifier("15", isbn or an_isbn())
    return (
        f"<Product><RecordReference>{reference}</RecordReference>"
        f"<NotificationType>{notification}</NotificationType><RecordSourceType>{source}</RecordSourceType>"
        f"{identifiers}{''.join(parts or (descriptive(),))}</Product>"
    )


def identifier(kind: str, value: str) -> str:
    """Make an identifier of a product."""
    return f"<ProductIdentifier>{values(ProductIDType=kind, IDValue=value)}</ProductIdentifier>"


def descriptive(*parts: str, title: str = "Middlemarch", form: str = "BC", composition: str = "00") -> str:
    """Make block 1."""
    titles = "" if any("<TitleDetail>" in part for part in parts) else title_detail(title)
    start = values(ProductComposition=composition, ProductForm=form)
    return f"<DescriptiveDetail>{start}{''.join(parts)}{titles}</DescriptiveDetail>"


def title_detail(title: str, kind: str = "01", level: str = "01", subtitle: str = "") -> str:
    """Make a title of one element."""
    element = values(TitleElementLevel=level, TitleText=title, Subtitle=subtitle)
    return f"<TitleDetail>{values(TitleType=kind)}<TitleElement>{element}</TitleElement></TitleDetail>"


def text(kind: str, content: str, form: str = "", audience: str = "00") -> str:
    """Make a text; its content is XML."""
    attribute = f' textformat="{form}"' if form else ""
    start = values(TextType=kind, ContentAudience=audience)
    return f"<TextContent>{start}<Text{attribute}>{content}</Text></TextContent>"


def collateral(*parts: str) -> str:
    """Make block 2."""
    return f"<CollateralDetail>{''.join(parts)}</CollateralDetail>"


def a_cover(*dates: str, where: str = "") -> str:
    """Make a picture of the front cover with dates, and a territory."""
    return (
        "<SupportingResource><ResourceContentType>01</ResourceContentType>"
        f"<ContentAudience>00</ContentAudience>{where}<ResourceMode>03</ResourceMode>"
        f"<ResourceVersion><ResourceForm>02</ResourceForm><ResourceLink>{COVER}</ResourceLink>"
        f"{''.join(dates)}</ResourceVersion></SupportingResource>"
    )


def content_date(role: str, day: str, form: str = "") -> str:
    """Make a date of a text or a cover."""
    return a_date("ContentDate", role, day, form)


def publishing(*parts: str) -> str:
    """Make block 4."""
    return f"<PublishingDetail>{''.join(parts)}</PublishingDetail>"


def a_date(name: str, role: str, day: str, form: str = "") -> str:
    """Make a PublishingDate, MarketDate, SupplyDate or PriceDate."""
    attribute = f' dateformat="{form}"' if form else ""
    return f"<{name}><{name}Role>{role}</{name}Role><Date{attribute}>{day}</Date></{name}>"


def territory(**lists: str) -> str:
    """Make a territory from CountriesIncluded and the like."""
    return f"<Territory>{values(**lists)}</Territory>"


def supply(*details: str, market: str = "", dates: str = "") -> str:
    """Make one part of block 6: a market's suppliers."""
    market = f"<Market>{market}</Market>" if market else ""
    dates = f"<MarketPublishingDetail>{dates}</MarketPublishingDetail>" if dates else ""
    return f"<ProductSupply>{market}{dates}{''.join(details)}</ProductSupply>"


def detail(*parts: str, availability: str = "21") -> str:
    """Make a supplier's part of a market."""
    start = f"<Supplier>{values(SupplierRole='01')}</Supplier>{values(ProductAvailability=availability)}"
    return f"<SupplyDetail>{start}{''.join(parts)}</SupplyDetail>"


def price(amount: str, kind: str = "02", currency: str = "SGD", more: str = "") -> str:
    """Make a price; `more` comes after its amount."""
    return f"<Price>{values(PriceType=kind, PriceAmount=amount, CurrencyCode=currency)}{more}</Price>"


def values(**by_name: str) -> str:
    """Make elements with text in them; empty ones are left out."""
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in by_name.items() if value)


def read(data: bytes) -> list[ReadItem]:
    """Read a file."""
    return list(read_onix(io.BytesIO(data)))


def records_of(data: bytes) -> list[Record]:
    """Return the records of a file in which nothing is refused."""
    return list(only_records(read(data)))


def only_records(found: Iterable[ReadItem]) -> Iterator[Record]:
    """Return the records; fail for anything refused."""
    for one in found:
        assert not isinstance(one, RefusedRecord), one
        if not isinstance(one, MessageHeader):
            yield one


def blocks_of(*parts: str) -> Blocks:
    """Return the blocks of a product of these parts."""
    (record,) = records_of(a_message(a_product(*parts)))
    return record.blocks


def refusals_of(data: bytes) -> list[RefusedRecord]:
    """Return what is refused in a file."""
    return [one for one in read(data) if isinstance(one, RefusedRecord)]
