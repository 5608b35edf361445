"""Stripe behind the gateway: the only folder that imports its library."""
