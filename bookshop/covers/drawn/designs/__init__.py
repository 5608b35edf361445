"""The eight designs of drawn covers, one a file."""
