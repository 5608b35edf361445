"""The checks of `bookshop doctor`, as a page for owners."""
