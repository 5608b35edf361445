"""What the shop sells, and how many of it stand on the shelf."""
