"""What the shop's claims are measured with."""
