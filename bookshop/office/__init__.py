"""The staff's pages, below /office."""
