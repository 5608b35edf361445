"""What happens to the copies of a paid order: packing, shipping, collecting, returning."""
