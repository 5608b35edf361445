"""Why a cover cannot be imported."""


class InvalidPicture(Exception):
    """A file or download that is not accepted as a cover; the message is the reason in one line."""


class CoverFolderError(Exception):
    """The folder of covers cannot be written; the message names the path and the reason."""
