"""The staff, and one's own account."""
