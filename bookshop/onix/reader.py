"""ONIX 3 as a stream of records: reference or short tags, 3.0 or 3.1, in a namespace or in none."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO, TypeAlias

from lxml import etree

from bookshop.onix.blocks import find_isbn, read_blocks
from bookshop.onix.codes import unknown_codes
from bookshop.onix.files import OLD_ONIX, Unreadable
from bookshop.onix.nodes import Element, Node, Unusable, read_node, split_tag
from bookshop.onix.record import ACTIONS, Action, Message, Record, Refused, dump_blocks, rank_of
from bookshop.onix.tags import HEADER, MESSAGE, PRODUCT, Kind, Tags, tags_in
from bookshop.onix.values import fold

Read: TypeAlias = Message | Record | Refused

CHUNK = 64 * 1024
# a record is some 20 KB; what is far from that is no book's
MOST_BYTES = 16 * 1024 * 1024
# of so many each element knows its own
MOST_LINES = 65_535
# keys of the records table
LONGEST_NAME = 128

# the date is all that every sender tells
SENT_AT = re.compile(r"(\d{8})(?:T?(\d{4})(\d{2})?(?:\.\d+)?(Z|[+-]\d{4})?)?")


def read_onix(stream: BinaryIO) -> Iterator[Read]:
    """The message, then its records in order; one that cannot be taken is told of and passed over.

    Where the file itself breaks, what came before is given, then one Refused that says where.
    """
    yield from _Reader().read(stream)


class _Reader:
    """Reads one message, holding one record of it at a time."""

    def __init__(self) -> None:
        # nothing of a DTD is loaded, no entity is replaced, nothing is fetched
        self.parser = etree.XMLPullParser(
            events=("end",),
            tag=[f"{{*}}{name}" for name in (*MESSAGE, *HEADER, *PRODUCT)],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        self.position = 0
        self.line = 1
        self.skipped = 0
        self.defaults: Node = {}
        self.is_begun = False
        self.has_dtd = False
        self.product_tag = ""
        self.tags: Tags = {}

    def read(self, stream: BinaryIO) -> Iterator[Read]:
        """Everything that can be read, and why reading ended if that was too early."""
        try:
            yield from self._read_chunks(stream)
            yield from self._read_end()
        except Unreadable as problem:
            yield Refused(self.position + 1, self.line, "", str(problem), ends_file=True)

    def _read_chunks(self, stream: BinaryIO) -> Iterator[Read]:
        pending = 0
        chunk = self._start_of(stream)
        while chunk:
            position = self.position
            problem = self._try(self.parser.feed, chunk)
            yield from self._read_events()
            self._check_faults("the file is broken from here on", problem)
            pending = 0 if self.position > position else pending + len(chunk)
            if pending > MOST_BYTES:
                raise Unreadable(f"more than {MOST_BYTES // 1024**2} MB without a whole record follow here")
            chunk = stream.read(CHUNK)

    def _start_of(self, stream: BinaryIO) -> bytes:
        """The first bytes without blank lines before them, which XML forbids and programs often write."""
        start = stream.read(CHUNK)
        stripped = start.lstrip()
        self.skipped = start[: len(start) - len(stripped)].count(b"\n")
        return stripped

    def _read_end(self) -> Iterator[Read]:
        problem = self._try(self.parser.close)
        yield from self._read_events()
        self._check_faults("the file is cut off here", problem)
        if not self.is_begun:
            raise Unreadable("is no ONIX message")

    def _try(self, step: Callable[..., object], *chunk: bytes) -> str:
        """Take a step, and say what stopped it: what was read before can still be asked for."""
        try:
            step(*chunk)
        except etree.XMLSyntaxError as problem:
            return problem.msg or "nothing can be read"
        return ""

    def _check_faults(self, what: str, problem: str) -> None:
        # the log knows the line, and of an unknown entity, for which lxml raises nothing
        for fault in self.parser.feed_error_log.filter_from_fatals():
            self.line = fault.line + self.skipped
            raise Unreadable(f"{what}: {fold(fault.message)}")
        if problem:
            raise Unreadable(f"{what}: {fold(problem)}")

    def _read_events(self) -> Iterator[Read]:
        for _, event in self.parser.read_events():
            element: Element = event
            parent = element.getparent()
            if parent is None:
                yield from self._begin(element, {})
            elif parent.getparent() is None:
                yield from self._read_part(parent, element)
                _forget(parent, element)

    def _read_part(self, root: Element, element: Element) -> Iterator[Read]:
        if element.tag == self.product_tag:
            yield self._read_product(element)
            return
        namespace, name = split_tag(element.tag)
        self.tags = tags_in(namespace)
        if name in HEADER:
            yield from self._begin(root, read_node(element, self.tags))
        elif name in PRODUCT:
            self.product_tag = element.tag
            yield from self._begin(root, {})
            yield self._read_product(element)

    def _begin(self, root: Element, header: Node) -> Iterator[Message]:
        """What the message says of itself, once; raises Unreadable for one that is not ours to read."""
        if self.is_begun:
            return
        namespace, name = split_tag(root.tag)
        if name not in MESSAGE:
            raise Unreadable("is no ONIX message")
        release = root.get("release") or namespace.rpartition("/onix/")[2][:3]
        document = root.getroottree().docinfo
        if release.startswith("2") or "/2.1/" in (document.system_url or ""):
            raise Unreadable(f"is {OLD_ONIX}")
        self._check_dtd(document.internalDTD)
        self.is_begun = True
        self.defaults = header
        sender = header.get("sender", {})
        identifiers = sender.get("identifiers", ())
        name = sender.get("name") or next((one["value"] for one in identifiers if "value" in one), "")
        name = name[:LONGEST_NAME]
        yield Message(name, read_moment(header.get("sent_at", "")), header.get("number", ""), release)

    def _check_dtd(self, dtd: Any) -> None:
        self.has_dtd = dtd is not None
        if dtd is not None and next(dtd.iterentities(), None) is not None:
            raise Unreadable("the file defines entities of its own, which no catalogue needs")

    def _read_product(self, element: Element) -> Record | Refused:
        self.position += 1
        self.line = line_of(element) + self.skipped
        try:
            return self._record(element)
        except Unusable as problem:
            return Refused(self.position, self.line, self._reference(element), str(problem))

    def _record(self, element: Element) -> Record:
        if self.has_dtd and next(element.iter(etree.Entity), None) is not None:
            raise Unusable("it has entities that only its DTD explains")
        node = read_node(element, self.tags)
        reference, notification = node.get("reference", ""), node.get("notification", "")
        if not reference or len(reference) > LONGEST_NAME:
            raise Unusable(f"its RecordReference {'is too long' if reference else 'is missing'}")
        if notification not in ACTIONS:
            raise Unusable(f"its NotificationType is {notification[:8] or 'missing'}")
        isbn, blocks = "", {}
        if ACTIONS[notification] in (Action.REPLACE, Action.UPDATE):
            isbn = find_isbn(node.get("identifiers", []))
            blocks = read_blocks(node, self.defaults)
            if not isbn and ACTIONS[notification] == Action.REPLACE:
                raise Unusable("it has no ISBN")
            if not blocks:
                raise Unusable("it has nothing in it that ONIX 3 knows")
        return Record(
            reference,
            notification,
            isbn,
            self.position,
            self.line,
            rank_of(node.get("source_type", "")),
            dump_blocks(blocks),
            tuple(unknown_codes(blocks)),
        )

    def _reference(self, element: Element) -> str:
        for child in element:
            if self.tags.get(child.tag) == (Kind.VALUE, "reference"):
                return fold((child.text or "")[:LONGEST_NAME])
        return ""


def line_of(element: Element) -> int:
    """The line on which an element starts: beyond MOST_LINES libxml2 tells where its first text ends."""
    line: int = element.sourceline
    return line - (element.text or "").count("\n") if line > MOST_LINES else line


def read_moment(text: str) -> datetime | None:
    """When a message was sent; in UTC where its sender told no zone."""
    match = SENT_AT.fullmatch(text.replace("-", "", 2).replace(":", "") if text[4:5] == "-" else text)
    if match is None:
        return None
    day, time, seconds, zone = match.groups()
    try:
        moment = datetime.strptime(f"{day}{time or '0000'}{seconds or '00'}{zone or 'Z'}", "%Y%m%d%H%M%S%z")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _forget(root: Element, element: Element) -> None:
    """Let go of an element and of all before it; what follows may still be growing."""
    element.clear(keep_tail=True)
    while (previous := element.getprevious()) is not None:
        root.remove(previous)
