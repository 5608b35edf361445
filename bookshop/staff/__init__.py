"""The people who work in the shop, their sessions and rights."""
