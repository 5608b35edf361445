"""Processes that serve the shop."""
