"""Check that the shop can run and sell: settings, database, mail, Stripe and files."""
