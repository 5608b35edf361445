"""Postal addresses, and what each country requires of them."""
