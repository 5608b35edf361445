"""Why a file or a record cannot be read; each message is one line for the bookseller."""


class UnreadableFile(Exception):
    """A file, or the rest of a file, that cannot be read; the message is the reason."""


class InvalidRecord(Exception):
    """A record that cannot be used; the message is the reason."""
