"""Packing slips, pick lists and address labels, on paper."""
