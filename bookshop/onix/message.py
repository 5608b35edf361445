"""Check that a message is ONIX 3, and read who sent it and when."""

import re
from datetime import UTC, datetime, timedelta

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import OLD_ONIX
from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.nodes import Node
from bookshop.onix.record import MAX_NAME_CHARS, MessageHeader
from bookshop.onix.tags import MESSAGE_TAGS

# time zones differ by so much, and clocks by less; of what is later, nothing else would ever be newer
MAX_AHEAD = timedelta(days=1)
# most senders give only the date
SENT_AT = re.compile(r"(\d{8})(?:T?(\d{4})(\d{2})?(?:\.\d+)?(Z|[+-]\d{4})?)?")


def check_message(root: Element) -> None:
    """Raise UnreadableFile unless this is the root of an ONIX 3 message.

    Entities defined by the message itself are not accepted.
    """
    namespace, name = split_tag(root.tag)
    if name not in MESSAGE_TAGS:
        raise UnreadableFile("The file is not an ONIX message.")
    release = root.get("release") or namespace.rpartition("/onix/")[2]
    document = root.getroottree().docinfo
    if release.startswith("2") or "/2.1/" in (document.system_url or ""):
        raise UnreadableFile(OLD_ONIX)
    dtd = document.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise UnreadableFile("The file defines entities of its own, which are not accepted.")


def read_header(header: Node) -> MessageHeader:
    """Return a message's header; its sender is named by a number where there is no name.

    A time to come is not the time when a message was sent.
    """
    sender = header.get("sender", {})
    identifiers = sender.get("identifiers", ())
    name = sender.get("name") or next((one["value"] for one in identifiers if "value" in one), "")
    sent_at = parse_sent_at(header.get("sent_at", ""))
    if sent_at and sent_at > datetime.now(UTC) + MAX_AHEAD:
        sent_at = None
    return MessageHeader(name[:MAX_NAME_CHARS], sent_at)


def parse_sent_at(text: str) -> datetime | None:
    """Return when a message was sent, None for an invalid text; a time without a zone is in UTC."""
    match = SENT_AT.fullmatch(text.replace("-", "", 2).replace(":", "") if text[4:5] == "-" else text)
    if match is None:
        return None
    day, time, seconds, zone = match.groups()
    try:
        moment = datetime.strptime(f"{day}{time or '0000'}{seconds or '00'}{zone or 'Z'}", "%Y%m%d%H%M%S%z")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
