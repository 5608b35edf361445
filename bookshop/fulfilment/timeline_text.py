"""What was done with an order, in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bookshop.fulfilment.timeline import Action, Entry
from bookshop.money import Money

DONE = {
    Action.PACK: "Packed",
    Action.SHIP: "Shipped",
    Action.READY: "Made ready to collect",
    Action.COLLECT: "Handed over",
    Action.CANCEL: "Cancelled",
    Action.REFUND: "Refunded",
    Action.ARRIVE: "Given copies that arrived",
    Action.DELAY: "Promised for a later day",
    Action.ADDRESS: "Address corrected",
    Action.NOTE: "Noted on",
    Action.RESEND: "Sent a mail again",
    Action.UNDO: "Changed back",
    Action.ASK: "Asked to be changed",
    Action.WITHDRAW: "Withdrawn from",
    Action.CLOSE_REQUEST: "Answered",
}


def describe_rival(entry: Entry, zone: ZoneInfo) -> str:
    """Return who was faster: "Packed by anna at 10:02"."""
    at, today = entry.at.astimezone(zone), datetime.now(UTC).astimezone(zone).date()
    day = "" if at.date() == today else f"{at:%Y-%m-%d} "
    return f"{DONE[entry.action]} by {entry.actor} at {day}{at:%H:%M}"


def describe_details(entry: Entry, currency: str) -> str:
    """Return what an entry changed, in one line."""
    details = entry.details
    moves = [
        f"{quantity} × {isbn} {start} → {end}" for isbn, start, end, quantity in details.get("moves", ())
    ]
    amount = details.get("amount_minor")
    parts = (
        f"parcel {details['parcel']}" if "parcel" in details else "",
        details.get("carrier", ""),
        details.get("tracking", ""),
        f"{Money(amount, currency)} back" if amount else "",
        f"undoes entry {details['undone']}" if "undone" in details else "",
        f"until {details['until'][:10]}" if "until" in details else "",
        details.get("text", "") or details.get("message", ""),
        *moves,
    )
    return ", ".join(filter(None, parts))
