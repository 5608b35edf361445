"""Book search: queries, facets and the full-text index on each kind of database."""
