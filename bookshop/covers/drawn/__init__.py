"""Covers drawn from title, author and subject, for books without a picture."""
