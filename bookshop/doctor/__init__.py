"""Check that the shop can run, sell and be repaired: settings, database, mail, Stripe and files."""
