"""Mail: written with its cause, composed, and sent."""
