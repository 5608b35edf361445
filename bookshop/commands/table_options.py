"""The options `--columns` and `--encoding` of commands that read tables."""

import codecs
import re

import click

from bookshop.importing.rules.csv_columns import COLUMN_LABELS, CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_header import ColumnNames
from bookshop.onix.table_options import TableOptions

# a comma may be part of a name, as in WooCommerce's "GTIN, UPC, EAN, or ISBN"
BETWEEN_COLUMNS = re.compile(r",(?=[^,=]+=)")


def parse_table_options(columns: str, encoding: str) -> TableOptions:
    """Return the options of a command; raises BadParameter."""
    names = ColumnNames.of(CSV_COLUMN_NAMES, "", ())
    pairs = map(parse_pair, BETWEEN_COLUMNS.split(columns)) if columns.strip() else ()
    return TableOptions(
        check_encoding(encoding), tuple((find_field(field, names), name) for field, name in pairs)
    )


def parse_pair(text: str) -> tuple[str, str]:
    field, _, name = (part.strip() for part in text.partition("="))
    if not (field and name):
        raise click.BadParameter(f"{text!r} is not FIELD=NAME.", param_hint="--columns")
    return field, name


def find_field(name: str, names: ColumnNames) -> str:
    """Return the field that has this name or another that is known for it."""
    if found := names.find(name):
        return found[0]
    known = ", ".join(COLUMN_LABELS.get(field, field) for field in CSV_COLUMN_NAMES if field != "group")
    raise click.BadParameter(f"{name!r} is not a field. The fields are: {known}.", param_hint="--columns")


def check_encoding(name: str) -> str:
    """Return the name of an encoding of text, or '' for ''."""
    if not name:
        return ""
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, UnicodeError):
        raise click.BadParameter(
            f"{name!r} is not an encoding. Give a name such as utf-8, cp1250 or mac_roman.",
            param_hint="--encoding",
        ) from None
