"""`bookshop serve`: a supervisor, and workers that serve through hypercorn's public API."""
