"""Faults in the XML of a message, in words for the bookseller."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bookshop.onix.text import normalize

# libxml2's messages, and what they mean
EXPLANATIONS = (
    (re.compile(r"xmlParseEntityRef: no name"), "an & stands alone; it is written &amp;."),
    (
        re.compile(r"EntityRef: expecting ';'"),
        "an & stands alone, or a ; is missing; an & is written &amp;.",
    ),
    (re.compile(r"Entity '(.*)' not defined"), "&{0}; is not known in XML; an & is written &amp;."),
    (re.compile(r"invalid element name"), "a < stands alone; it is written &lt;."),
    (re.compile(r"Opening and ending tag mismatch: (\S+).* and (\S+)"), "<{0}> ends with </{1}>."),
    (re.compile(r"Excessive depth in document: (\d+)"), "its elements are nested more than {0} levels deep."),
    (re.compile(r"XML_PARSE_HUGE"), "a value in it is too long."),
    (re.compile(r"Unsupported encoding: (.+)"), "the encoding {0} is not known."),
    (re.compile(r"Start tag expected"), "it does not begin with a tag."),
    (re.compile(r"Extra content at the end"), "more follows after the end of the message."),
    (re.compile(r"XML declaration allowed only"), "another document of XML begins."),
)
# where the file ends, all other faults are about what is missing
MISSING_END = "its end is missing."
INVALID_CHAR = re.compile(
    r"(?:invalid Char value|invalid xmlChar value|Invalid character: Char) (0x[0-9A-F]+|[0-9]+)"
)
INVALID_BYTES = re.compile(r"character encoding|not proper UTF-8")
UNFINISHED = re.compile(r"Entity|not finished|not terminated|unterminated", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class XmlFault:
    """A fault in a line, with libxml2's message."""

    line: int
    message: str

    @property
    def is_unfinished(self) -> bool:
        """Whether the fault is a beginning, such as a &, whose end the parser was waiting for."""
        return UNFINISHED.search(self.message) is not None

    def explain(self, find_invalid_byte: Callable[[], int | None], *, is_at_end: bool) -> str:
        """Return what is wrong, as the end of a sentence; MISSING_END only where the file ends."""
        message = normalize(self.message).rstrip(".")
        if found := INVALID_CHAR.search(message):
            return f"the character U+{int(found[1], 0):04X} is not allowed."
        if INVALID_BYTES.search(message):
            byte = find_invalid_byte()
            name = "a byte" if byte is None else f"the byte 0x{byte:02X}"
            return f"{name} is not of the encoding that the file names."
        for pattern, sentence in EXPLANATIONS:
            if found := pattern.search(message):
                return sentence.format(*found.groups())
        return MISSING_END if is_at_end else f"{message}."
