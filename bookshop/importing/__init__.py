"""Import books, stock and prices from files of the trade and of the till."""
