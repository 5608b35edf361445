"""Bringing in what the trade says of books."""
