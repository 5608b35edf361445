"""Finding books: the question, the index, and what narrows a result."""
