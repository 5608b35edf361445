"""Parse the XML of a message, one record at a time, until the first fault."""

from collections.abc import Iterator

from lxml import etree

from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.tags import HEADER_TAGS, MESSAGE_TAGS, PRODUCT_TAGS
from bookshop.onix.xml_faults import XmlFault

# libxml2 counts the lines of elements only so far
MAX_COUNTED_LINES = 65_535


class MessageParser:
    """Parses a message from a line on, beginning with what comes before its header.

    `is_open` means that a record has begun, `is_over` that the message has ended.
    """

    def __init__(self, skipped_lines: int, start: bytes) -> None:
        # nothing of a DTD is loaded, no entity is replaced, nothing is fetched
        self.parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[f"{{*}}{name}" for name in (*MESSAGE_TAGS, *HEADER_TAGS, *PRODUCT_TAGS)],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self.skipped_lines = skipped_lines
        self.line = skipped_lines + 1
        self.problem = ""
        self.is_open = self.is_over = self.is_nested = False
        self.parser.feed(start)

    def feed(self, piece: bytes) -> Iterator[tuple[Element, Element]]:
        """Parse a piece, or the end if it is empty; yield each parent with a child that ended.

        What ended before a fault is yielded too. Children are those of the message; the message itself comes
        as its own parent.
        """
        try:
            if piece:
                self.parser.feed(piece)
            else:
                self.parser.close()
        except etree.XMLSyntaxError as problem:
            # events before it can still be read
            self.problem = problem.msg or "nothing can be read"
        for event, found in self.parser.read_events():
            element: Element = found
            parent = element.getparent()
            if event == "start":
                if self.is_open:
                    self.is_nested, self.line = True, self.line_of(element)
                    return
                self.is_open = parent is not None and split_tag(element.tag)[1] in PRODUCT_TAGS
            elif parent is None:
                self.is_over = True
                yield element, element
            elif parent.getparent() is None:
                self.is_open = False
                yield parent, element
                _free(parent, element)

    def find_fault(self) -> XmlFault | None:
        """Return what stopped the parser."""
        if self.is_nested:
            return XmlFault(self.line, "it does not end before another begins")
        # the log has the line, and unknown entities, for which lxml raises nothing
        for fault in self.parser.feed_error_log.filter_from_fatals():
            return XmlFault(fault.line + self.skipped_lines, fault.message)
        return XmlFault(self.line, self.problem) if self.problem else None

    def line_of(self, element: Element) -> int:
        line: int = element.sourceline
        # above the limit libxml2 gives the line where the element's first text ends
        if line > MAX_COUNTED_LINES:
            line -= (element.text or "").count("\n")
        self.line = line + self.skipped_lines
        return self.line


def _free(root: Element, element: Element) -> None:
    """Free an element and all before it; the text after it may still be incomplete."""
    element.clear(keep_tail=True)
    while (previous := element.getprevious()) is not None:
        root.remove(previous)
