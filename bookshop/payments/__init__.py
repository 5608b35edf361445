"""The payment provider, and how its news reaches an order."""
