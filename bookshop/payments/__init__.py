"""Stripe, and how the state of a payment reaches its order."""
