"""Read ONIX files as records."""
