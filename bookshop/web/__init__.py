"""What every page shares: rendering, formatting, caching and security."""
