"""Product forms in cells of a table."""

from bookshop.importing.rules.codes import FORM

# codes of ONIX list 150 by the names that lists of books use; the first name that a cell contains counts
CODES_BY_NAME = {
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


def parse_form(text: str) -> str:
    """Return the code of a form such as "Hardback" or "BB"; '' for an unknown one."""
    if FORM.fullmatch(text):
        return text
    letters = letters_of(text)
    return next((code for name, code in CODES_BY_NAME.items() if name in letters), "")


def letters_of(text: str) -> str:
    """Return the letters and digits of a text in lower case, to compare names."""
    return "".join(c for c in text.casefold() if c.isalnum())
