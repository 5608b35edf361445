"""What the bookshop command does; imported when a command runs, so that the others start at once."""

WEBHOOK_SECRET = "whsec_simulator"  # noqa: S105 - shared by the shop of `bookshop demo` and its simulator
