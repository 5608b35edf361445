"""Read ONIX 3.0 and 3.1 as a stream: reference or short tags, with or without a namespace."""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from bookshop.onix.errors import InvalidRecord, UnreadableFile
from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.message import check_message, read_header
from bookshop.onix.message_parser import MessageParser
from bookshop.onix.nodes import Node, read_node
from bookshop.onix.product import read_product
from bookshop.onix.record import (
    MAX_NAME_CHARS,
    MessageHeader,
    ReadItem,
    Record,
    RefusedRecord,
    failure_reason,
)
from bookshop.onix.record_window import RecordWindow
from bookshop.onix.tags import HEADER_TAGS, PRODUCT_TAGS, ElementKind, Tags, tags_in
from bookshop.onix.text import normalize
from bookshop.onix.xml_faults import MISSING_END, XmlFault

# a record has some 20 KB; what is far above that is not a book's
MAX_RECORD_BYTES = 16 * 1024 * 1024


def read_onix(stream: BinaryIO) -> Iterator[ReadItem]:
    """Read the header of the message, then its records in order.

    There is a RefusedRecord in the place of each invalid record, also if the file itself is broken in it.
    Where reading cannot go on, a RefusedRecord that ends the file comes last.
    """
    yield from _MessageReader(RecordWindow(stream)).read()


class _MessageReader:
    """Reads one message, and has one record of it in memory at a time."""

    def __init__(self, window: RecordWindow) -> None:
        self.window = window
        self.position = 0
        self.line = 1
        self.defaults: Node = {}
        self.is_begun = False
        self.has_dtd = False
        self.product_tag = ""
        self.tags: Tags = {}

    def read(self) -> Iterator[ReadItem]:
        """Read the whole file."""
        try:
            self.window.open()
            self.parser = MessageParser(self.window.lines, b"")
            while True:
                piece = self.window.next_piece()
                yield from self._read_piece(piece)
                if fault := self._find_fault():
                    yield self._skip(fault, is_at_end=not piece)
                elif not piece:
                    break
            if not self.is_begun:
                raise UnreadableFile("The file is not an ONIX message.")
        except UnreadableFile as problem:
            yield RefusedRecord(self.position + 1, self.line, "", str(problem), ends_file=True)

    def _read_piece(self, piece: bytes) -> Iterator[ReadItem]:
        position, was_open = self.position, self.parser.is_open
        for parent, element in self.parser.feed(piece):
            if element is parent:
                yield from self._begin(element, {})
            else:
                yield from self._read_child(parent, element)
        self.window.count_records(self.position - position, was_open=was_open)

    def _find_fault(self) -> XmlFault | None:
        fault = self.parser.find_fault()
        if fault or self.window.size <= MAX_RECORD_BYTES:
            return fault
        # the parser may wait for the end of something, such as the semicolon after a &
        for _ in self.parser.feed(b""):
            pass
        fault = self.parser.find_fault()
        size = f"more than {MAX_RECORD_BYTES // 1024**2} MB follow without a whole record"
        return fault if fault and fault.is_unfinished else XmlFault(self.parser.line, size)

    def _skip(self, fault: XmlFault, *, is_at_end: bool) -> RefusedRecord:
        """Refuse the faulty record and go on with the next; raises UnreadableFile if there is none."""
        self.line = fault.line
        explanation = fault.explain(self.window.find_invalid_byte, is_at_end=is_at_end)
        is_open = self.parser.is_open
        can_go_on = self.is_begun and not self.parser.is_over and self.window.start
        reference = self.window.skip_record(is_open=is_open) if can_go_on else None
        if reference is None:
            what = "is cut off here" if explanation == MISSING_END else "is not valid XML from here on"
            raise UnreadableFile(f"The file {what}: {explanation}")
        self.parser = MessageParser(self.window.lines, self.window.start)
        self.position += is_open
        position = self.position if is_open else self.position + 1
        what = "record" if is_open else "part between two records"
        return RefusedRecord(
            position,
            self.line,
            normalize(reference)[:MAX_NAME_CHARS],
            f"The {what} is not valid XML: {explanation}",
            is_damaged=True,
        )

    def _read_child(self, root: Element, element: Element) -> Iterator[ReadItem]:
        if element.tag == self.product_tag:
            yield self._read_product(element)
            return
        namespace, name = split_tag(element.tag)
        self.tags = tags_in(namespace)
        if name in HEADER_TAGS:
            yield from self._begin(root, read_node(element, self.tags))
        elif name in PRODUCT_TAGS:
            self.product_tag = element.tag
            yield from self._begin(root, {})
            yield self._read_product(element)

    def _begin(self, root: Element, header: Node) -> Iterator[MessageHeader]:
        """Check and read the start of the message, once; raises UnreadableFile."""
        if self.is_begun:
            return
        check_message(root)
        self.is_begun = True
        self.has_dtd = root.getroottree().docinfo.internalDTD is not None
        self.defaults = header
        yield read_header(header)

    def _read_product(self, element: Element) -> Record | RefusedRecord:
        self.position += 1
        self.line = self.parser.line_of(element)
        try:
            if self.has_dtd and next(element.iter(etree.Entity), None) is not None:
                raise InvalidRecord("The record uses entities that only its DTD defines.")
            node = read_node(element, self.tags)
            return read_product(node, self.defaults, self.position, self.line)
        except InvalidRecord as problem:
            reason = str(problem)
        except Exception as error:
            reason = failure_reason(error)
        return RefusedRecord(self.position, self.line, self._find_reference(element), reason)

    def _find_reference(self, element: Element) -> str:
        for child in element:
            if self.tags.get(child.tag) == (ElementKind.VALUE, "reference"):
                return normalize((child.text or "")[:MAX_NAME_CHARS])
        return ""
