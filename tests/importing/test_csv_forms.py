import pytest

from bookshop.importing.rules.csv_forms import parse_form
from bookshop.trade.product_forms import find_form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PB", "Paperback"),
        ("P/B", "Paperback"),
        ("Pbk.", "Paperback"),
        ("TPB", "Paperback"),
        ("MMPB", "Paperback"),
        ("Trade Paperback", "Paperback"),
        ("Trade paperback (US)", "Paperback"),
        ("Mass Market", "Paperback"),
        ("Soft cover", "Paperback"),
        ("Paperback / softback", "Paperback"),
        ("Paperback with CD", "Paperback"),
        ("Digital printing, paperback", "Paperback"),
        ("Taschenbuch", "Paperback"),
        ("TB", "Paperback"),
        ("brosch.", "Paperback"),
        ("平装", "Paperback"),
        ("Broché", "Paperback"),
        ("Poche", "Paperback"),
        ("Tapa blanda", "Paperback"),
        ("Rústica", "Paperback"),
        ("Brossura", "Paperback"),
        ("BC", "Paperback"),
        ("HB", "Hardback"),
        ("H/B", "Hardback"),
        ("Hbk", "Hardback"),
        ("Hardcover, boxed", "Hardback"),
        ("Gebunden", "Hardback"),
        ("Gebundene Ausgabe", "Hardback"),
        ("geb.", "Hardback"),
        ("精裝", "Hardback"),
        ("Relié", "Hardback"),
        ("Tapa dura", "Hardback"),
        ("BB", "Hardback"),
        ("Board Book", "Board book"),
        ("Spiral-bound", "Spiral-bound"),
        ("CD", "Audiobook on CD"),
        ("CD (3 discs)", "Audiobook on CD"),
        ("Audio CD", "Audiobook on CD"),
        ("Compact Disc", "Audiobook on CD"),
        ("Audiobook", "Audiobook"),
        ("Kindle Edition", "E-book"),
        ("eBook", "E-book"),
        ("E-Book (EPUB)", "E-book"),
        ("Notebook", "Notebook"),
        ("Map", "Map"),
        ("Map, folded", "Map"),
        ("Calendar", "Calendar"),
        ("Diary 2027", "Diary"),
        ("Book", "Book"),
    ],
)
def test_names_come_before_codes(text: str, name: str) -> None:
    assert find_form(parse_form(text)).name == name
    assert parse_form(text)


@pytest.mark.parametrize(
    "text", ["", "QQ", "B", "X", "bc", "Book + CD", "Schallplatte", "Pamphleteer", "Comapct"]
)
def test_other_text_is_no_form(text: str) -> None:
    assert parse_form(text) == ""


def test_a_notebook_is_no_ebook() -> None:
    assert not find_form(parse_form("Notebook")).is_digital
