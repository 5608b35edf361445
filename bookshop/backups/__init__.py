"""Backups: one file with the database and the covers, and how it is restored."""
