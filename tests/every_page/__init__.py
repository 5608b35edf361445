"""Screenshots of every page and state: `bin/screenshots`."""
