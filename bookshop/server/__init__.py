"""`bookshop serve`: a supervisor and its workers, which serve the shop through hypercorn's public API."""
