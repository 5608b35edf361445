"""Covers of books: imported pictures, or drawings for books without one."""
