import click
import pytest

from bookshop.commands.table_options import parse_table_options
from bookshop.onix.table_options import TableOptions


def test_columns_have_the_field_that_is_known_by_a_name() -> None:
    options = parse_table_options("isbn=GTIN, UPC, EAN, or ISBN, author = Von,publication date=Tag", "CP1250")
    assert options == TableOptions(
        "cp1250", (("isbn", "GTIN, UPC, EAN, or ISBN"), ("people", "Von"), ("published", "Tag"))
    )
    assert parse_table_options("", "") == TableOptions()


@pytest.mark.parametrize(
    ("columns", "encoding", "problem"),
    [
        ("isbn", "", "'isbn' is not FIELD=NAME."),
        ("isbn=", "", "'isbn=' is not FIELD=NAME."),
        ("seller=A", "", "'seller' is not a field. The fields are: isbn, title, subtitle, author, publisher"),
        ("", "utf-99", "'utf-99' is not an encoding."),
        ("", "rot13", "'rot13' is not an encoding."),
        ("", "undefined", "'undefined' is not an encoding."),
    ],
)
def test_other_options_are_refused(columns: str, encoding: str, problem: str) -> None:
    with pytest.raises(click.BadParameter) as refused:
        parse_table_options(columns, encoding)
    assert refused.value.message.startswith(problem)
