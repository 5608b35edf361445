"""One order on one page, and what is done with it."""
