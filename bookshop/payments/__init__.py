"""The payment provider, and how its update reaches an order."""
