"""Every table, constraint and index of the shop, a file for each subject."""

from bookshop.schema.books import (
    book_details,
    books,
    contributors,
    displays,
    related,
    subject_headings,
    subjects,
)
from bookshop.schema.columns import metadata
from bookshop.schema.counters import counters
from bookshop.schema.fulfilment import order_copies, parcel_copies, parcels, shopper_requests, timeline
from bookshop.schema.imports import cover_links, overrides, records
from bookshop.schema.mail import mails
from bookshop.schema.orders import (
    attempts,
    identity,
    order_lines,
    order_terms,
    orders,
    payment_attempts,
    refunds,
    stripe_events,
)
from bookshop.schema.recovery import lost_orders, recoveries
from bookshop.schema.sales import COPIES_SOLD, MAY_BE_NAMED, bought_together, sales
from bookshop.schema.scans import scans
from bookshop.schema.search import facet_counts, name_starts, names, sort_keys, vocabulary
from bookshop.schema.staff import (
    office_settings,
    owner_count,
    passkeys,
    recovery_codes,
    sign_in_failures,
    staff,
    staff_events,
    staff_links,
    staff_sessions,
    used_challenges,
)
from bookshop.schema.stock import AVAILABLE_COPIES, RESERVED_COPIES, stock, stock_movements

__all__ = [
    "AVAILABLE_COPIES",
    "COPIES_SOLD",
    "MAY_BE_NAMED",
    "RESERVED_COPIES",
    "attempts",
    "book_details",
    "books",
    "bought_together",
    "contributors",
    "counters",
    "cover_links",
    "displays",
    "facet_counts",
    "identity",
    "lost_orders",
    "mails",
    "metadata",
    "name_starts",
    "names",
    "office_settings",
    "order_copies",
    "order_lines",
    "order_terms",
    "orders",
    "overrides",
    "owner_count",
    "parcel_copies",
    "parcels",
    "passkeys",
    "payment_attempts",
    "records",
    "recoveries",
    "recovery_codes",
    "refunds",
    "related",
    "sales",
    "scans",
    "shopper_requests",
    "sign_in_failures",
    "sort_keys",
    "staff",
    "staff_events",
    "staff_links",
    "staff_sessions",
    "stock",
    "stock_movements",
    "stripe_events",
    "subject_headings",
    "subjects",
    "timeline",
    "used_challenges",
    "vocabulary",
]
