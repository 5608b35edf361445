"""What was ordered, frozen, and what became of its payment."""
