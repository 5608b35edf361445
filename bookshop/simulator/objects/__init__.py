"""Stripe's objects, one kind a file: every field that is required, and those that a shop reads."""
