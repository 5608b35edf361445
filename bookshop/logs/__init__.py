"""What the shop logs: a line for each request, errors, and nothing secret or personal."""
