"""The books of the shop, their stock, and the public pages that show them."""
