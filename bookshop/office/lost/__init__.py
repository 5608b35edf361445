"""Orders that were paid and that a restored database does not have."""
