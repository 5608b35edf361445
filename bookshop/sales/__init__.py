"""What sells, and which books are bought together, counted from paid orders."""
