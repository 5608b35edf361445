"""Compare a restored database with Stripe: what was paid since the backup, and by whom."""
