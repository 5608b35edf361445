"""Measure how fast the shop is."""
