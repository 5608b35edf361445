"""The pure steps of an import: from rows and records to books."""
