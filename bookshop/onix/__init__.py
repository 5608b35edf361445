"""From ONIX files to records."""
