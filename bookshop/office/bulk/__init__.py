"""Doing the same with several orders at once."""
