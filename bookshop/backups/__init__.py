"""Backups: one file with the database and the covers, made while the shop is open, and restored."""
