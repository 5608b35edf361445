"""The types of events that Stripe must send to the shop's webhook."""

from bookshop.payments.record_event import PAYMENT_EVENTS

NEEDED_EVENTS = PAYMENT_EVENTS | {
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "radar.early_fraud_warning.created",
    "radar.early_fraud_warning.updated",
}
