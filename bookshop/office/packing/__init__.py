"""Packing an order by scanning its books."""
