"""A bookshop that an independent bookseller can run for real."""
