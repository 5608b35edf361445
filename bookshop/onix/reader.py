"""Read ONIX 3.0 and 3.1 as a stream: reference or short tags, with or without a namespace."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from lxml import etree

from bookshop.onix.errors import InvalidRecord, UnreadableFile
from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.message import check_message, read_header
from bookshop.onix.nodes import Node, read_node
from bookshop.onix.product import read_product
from bookshop.onix.record import MAX_NAME_CHARS, MessageHeader, ReadItem, Record, RefusedRecord
from bookshop.onix.tags import HEADER_TAGS, MESSAGE_TAGS, PRODUCT_TAGS, ElementKind, Tags, tags_in
from bookshop.onix.text import normalize

CHUNK_BYTES = 64 * 1024
# a record has some 20 KB; what is far above that is not a book's
MAX_RECORD_BYTES = 16 * 1024 * 1024
# libxml2 counts the lines of elements only so far
MAX_COUNTED_LINES = 65_535


def read_onix(stream: BinaryIO) -> Iterator[ReadItem]:
    """Read the header of the message, then its records in order.

    There is a RefusedRecord in the place of each invalid record.

    If the file itself is broken, everything before that comes first, then one RefusedRecord with the line.
    """
    yield from _MessageReader().read(stream)


class _MessageReader:
    """Reads one message, and has one record of it in memory at a time."""

    def __init__(self) -> None:
        # nothing of a DTD is loaded, no entity is replaced, nothing is fetched
        self.parser = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{name}" for name in (*MESSAGE_TAGS, *HEADER_TAGS, *PRODUCT_TAGS)],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self.position = 0
        self.line = 1
        self.skipped_lines = 0
        self.defaults: Node = {}
        self.is_begun = False
        self.has_dtd = False
        self.product_tag = ""
        self.tags: Tags = {}

    def read(self, stream: BinaryIO) -> Iterator[ReadItem]:
        """Read all chunks of a file."""
        try:
            yield from self._read_chunks(stream)
            yield from self._read_end()
        except UnreadableFile as problem:
            yield RefusedRecord(self.position + 1, self.line, "", str(problem), ends_file=True)

    def _read_chunks(self, stream: BinaryIO) -> Iterator[ReadItem]:
        pending_bytes = 0
        chunk = self._read_first_chunk(stream)
        while chunk:
            position = self.position
            problem = self._try(self.parser.feed, chunk)
            yield from self._read_events()
            self._check_faults("The file is not valid XML from here on", problem)
            pending_bytes = 0 if self.position > position else pending_bytes + len(chunk)
            if pending_bytes > MAX_RECORD_BYTES:
                raise UnreadableFile(
                    f"More than {MAX_RECORD_BYTES // 1024**2} MB without a whole record follow here."
                )
            chunk = stream.read(CHUNK_BYTES)

    def _read_first_chunk(self, stream: BinaryIO) -> bytes:
        """Leave out blank lines at the start, which XML forbids and programs often write."""
        start = stream.read(CHUNK_BYTES)
        stripped = start.lstrip()
        self.skipped_lines = start[: len(start) - len(stripped)].count(b"\n")
        return stripped

    def _read_end(self) -> Iterator[ReadItem]:
        problem = self._try(self.parser.close)
        yield from self._read_events()
        self._check_faults("The file is cut off here", problem)
        if not self.is_begun:
            raise UnreadableFile("The file is not an ONIX message.")

    def _try(self, step: Callable[..., object], *chunk: bytes) -> str:
        """Run a step of the parser and return its error; events before it can still be read."""
        try:
            step(*chunk)
        except etree.XMLSyntaxError as problem:
            return problem.msg or "nothing can be read"
        return ""

    def _check_faults(self, what: str, problem: str) -> None:
        # the log has the line, and unknown entities, for which lxml raises nothing
        for fault in self.parser.feed_error_log.filter_from_fatals():
            self.line = fault.line + self.skipped_lines
            raise UnreadableFile(f"{what}: {normalize(fault.message)}.")
        if problem:
            raise UnreadableFile(f"{what}: {normalize(problem)}.")

    def _read_events(self) -> Iterator[ReadItem]:
        for _, event in self.parser.read_events():
            element: Element = event
            parent = element.getparent()
            if parent is None:
                yield from self._begin(element, {})
            elif parent.getparent() is None:
                yield from self._read_child(parent, element)
                _free(parent, element)

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
        self.line = _line_of(element) + self.skipped_lines
        try:
            if self.has_dtd and next(element.iter(etree.Entity), None) is not None:
                raise InvalidRecord("The record uses entities that only its DTD defines.")
            node = read_node(element, self.tags)
            return read_product(node, self.defaults, self.position, self.line)
        except InvalidRecord as problem:
            return RefusedRecord(self.position, self.line, self._find_reference(element), str(problem))

    def _find_reference(self, element: Element) -> str:
        for child in element:
            if self.tags.get(child.tag) == (ElementKind.VALUE, "reference"):
                return normalize((child.text or "")[:MAX_NAME_CHARS])
        return ""


def _line_of(element: Element) -> int:
    # above the limit libxml2 gives the line where the element's first text ends
    line: int = element.sourceline
    return line - (element.text or "").count("\n") if line > MAX_COUNTED_LINES else line


def _free(root: Element, element: Element) -> None:
    """Free an element and all before it; the text after it may still be incomplete."""
    element.clear(keep_tail=True)
    while (previous := element.getprevious()) is not None:
        root.remove(previous)
