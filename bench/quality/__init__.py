"""Judge the shop's pages by tools of others: python -m bench.quality."""
