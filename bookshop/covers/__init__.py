"""Covers of books: drawn, or pictures that were imported."""
