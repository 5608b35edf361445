"""Stripe's objects, one kind a file, with the required fields and those that a shop reads."""
