"""Normalize what people type or paste: names and addresses, and codes such as postcodes."""

import re
import unicodedata

# controls (not white space), soft hyphens, zero widths, changes of writing direction;
# a joiner stays where it may shape letters or emoji, after a character that is not ASCII
INVISIBLE_CHARS = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|(?:(?<=[\x00-\x7f])|\\A)[\u200c\u200d]"
)
MINUS = "\u2212"
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def normalize_line(text: str) -> str:
    """Return a name or an address on one line, spelled as it was typed."""
    text = " ".join(CONTROLS.sub(" ", text).split())
    # without one character, a joiner may follow another
    while (visible := " ".join(INVISIBLE_CHARS.sub("", text).split())) != text:
        text = visible
    return unicodedata.normalize("NFC", text)


def normalize_text(text: str) -> str:
    """Return a message of several lines, spelled as it was typed."""
    return "\n".join(map(normalize_line, text.splitlines())).strip()


def normalize_code(text: str) -> str:
    """Return a postcode, an email address, a number or an ISBN in plain characters.

    Full-width characters, the digits of any script and dashes become those of ASCII.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", "".join(map(_plain_character, text)))
    return " ".join(CONTROLS.sub(" ", text).split())


def _plain_character(character: str) -> str:
    if character == MINUS:
        return "-"
    match unicodedata.category(character):
        case "Cc":
            return " "
        case "Cf":
            return ""
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
    return character
