"""From the basket to the payment step."""
