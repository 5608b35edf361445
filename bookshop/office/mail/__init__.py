"""Mails that were sent, and those that could not be."""
