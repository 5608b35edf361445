"""What a shopper is about to buy."""
