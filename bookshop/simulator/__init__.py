"""A Stripe that moves no money: its API, its webhooks and its browser half."""
