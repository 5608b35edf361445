"""ONIX 3 as a stream of records: reference or short tags, 3.0 or 3.1, in a namespace or in none."""

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, BinaryIO, TypeAlias

from lxml import etree

from bookshop.importing.blocks import Node, Unusable, find_isbn, read_blocks
from bookshop.importing.files import OLD_ONIX, Unreadable
from bookshop.importing.record import ACTIONS, Action, Message, Record, Refused, rank_of
from bookshop.importing.tags import HEADER, MESSAGE, PRODUCT, Kind, Tags, tags_in
from bookshop.importing.values import fold, fold_markup, read_spread, tidy

Read: TypeAlias = Message | Record | Refused
# the published types of lxml know half of what is used here
Element: TypeAlias = Any

CHUNK = 64 * 1024
# a record is some 20 KB; what is far from that is no book's
MOST_BYTES = 16 * 1024 * 1024
SHORT = 100
LONGEST_VALUE = 20_000
LONGEST_TEXT = 500_000
# keys of the records table
LONGEST_NAME = 128

# text formats that say: this is HTML
CLAIM_MARKUP = ("05", "02")
# what shows that a text is HTML, whatever its sender calls it
MARKUP = re.compile(r"</(?:p|b|i|em|strong|ul|ol|li|div|span|h[1-6]|a)\s*>|<br\s*/?>", re.IGNORECASE)
ANY_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
VOID = frozenset({"br", "hr", "img", "col", "wbr"})
# the date is all that every sender tells
SENT_AT = re.compile(r"(\d{8})(?:T?(\d{4})(\d{2})?(?:\.\d+)?(Z|[+-]\d{4})?)?")

VALUE, GROUPS, DATE, VALUES, GROUP, FLAG = (
    Kind.VALUE,
    Kind.GROUPS,
    Kind.DATE,
    Kind.VALUES,
    Kind.GROUP,
    Kind.FLAG,
)


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
        while chunk := stream.read(CHUNK):
            position = self.position
            # what lxml raises the log has too, and it does not raise for an unknown entity
            with suppress(etree.XMLSyntaxError):
                self.parser.feed(chunk)
            yield from self._read_events()
            self._check_faults("the file is broken from here on")
            pending = 0 if self.position > position else pending + len(chunk)
            if pending > MOST_BYTES:
                raise Unreadable(f"more than {MOST_BYTES // 1024**2} MB without a whole record follow here")

    def _read_end(self) -> Iterator[Read]:
        with suppress(etree.XMLSyntaxError):
            self.parser.close()
        yield from self._read_events()
        self._check_faults("the file is cut off here")
        if not self.is_begun:
            raise Unreadable("is no ONIX message")

    def _check_faults(self, what: str) -> None:
        for fault in self.parser.feed_error_log.filter_from_fatals():
            self.line = fault.line or self.line
            raise Unreadable(f"{what}: {fold(fault.message)}")

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
        namespace, name = _split(element.tag)
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
        namespace, name = _split(root.tag)
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
        self.line = element.sourceline or self.line
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
        rank = rank_of(node.get("source_type", ""))
        return Record(reference, notification, isbn, self.position, self.line, rank, blocks)

    def _reference(self, element: Element) -> str:
        for child in element:
            if self.tags.get(child.tag) == (VALUE, "reference"):
                return fold((child.text or "")[:LONGEST_NAME])
        return ""


def read_node(element: Element, tags: Tags) -> Node:
    """What is in an element, by our names; anything that we have no name for is left out with all in it."""
    node: Node = {}
    for child in element:
        entry = tags.get(child.tag)
        if entry is None:
            continue
        kind, key = entry
        if kind is VALUE:
            text = child.text
            # most values are codes; this is the busiest line of an import
            if not text or not text.isalnum() or not text.isascii() or len(text) > SHORT or len(child):
                text = read_value(child)
            if text and key not in node:
                node[key] = text
        elif kind is GROUPS:
            if key in node:
                node[key].append(read_node(child, tags))
            else:
                node[key] = [read_node(child, tags)]
        elif kind is DATE:
            _add_date(node, child)
        elif kind is VALUES:
            if value := read_value(child):
                node.setdefault(key, []).append(value)
        elif kind is GROUP:
            if key not in node:
                node[key] = read_node(child, tags)
        elif kind is FLAG:
            node[key] = True
        elif key not in node and (long := read_text(child)):
            node[key] = long
    return node


def read_value(element: Element) -> str:
    """The one line of text in an element, markup left out."""
    text = "".join(element.itertext()) if len(element) else element.text
    if not text:
        return ""
    if len(text) > LONGEST_VALUE:
        raise Unusable(f"its {_split(element.tag)[1]} has {len(text)} characters")
    return fold(text)


def _add_date(node: Node, element: Element) -> None:
    form = element.get("dateformat") or node.get("format", "")
    first, last = read_spread(read_value(element), form)
    if first and "date" not in node:
        node["date"] = first
        if last != first:
            node["last"] = last


def read_text(element: Element) -> Node:
    """A longer text: as HTML where it is, else with its line breaks; empty for none."""
    has_children = len(element) > 0
    text = _inner(element) if has_children else element.text or ""
    if len(text) > LONGEST_TEXT:
        raise Unusable(f"its {_split(element.tag)[1]} has {len(text)} characters")
    if has_children or is_markup(text, element.get("textformat", "")):
        folded = fold_markup(text)
        return {"text": folded, "is_html": True} if folded else {}
    plain = tidy(html.unescape(text))
    return {"text": plain} if plain else {}


def is_markup(text: str, form: str) -> bool:
    """Whether a text is HTML: it plainly is, or its sender says so and there is some in it."""
    if "<" not in text and "&" not in text:
        return False
    pattern = ANY_MARKUP if form in CLAIM_MARKUP else MARKUP
    return pattern.search(text) is not None


def _inner(element: Element) -> str:
    """The XHTML within an element without namespaces and attributes, which differ between dialects."""
    parts = [html.escape(element.text or "", quote=False)]
    for child in element:
        if isinstance(child.tag, str):
            name = _split(child.tag)[1]
            parts += [f"<{name}>", _inner(child), "" if name in VOID else f"</{name}>"]
        parts.append(html.escape(child.tail or "", quote=False))
    return "".join(parts)


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


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
