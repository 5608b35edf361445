"""What to order from wholesalers, and receiving it."""
