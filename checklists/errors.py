"""What stops a run, in words a reviewer can act on."""


class CountersealError(Exception):
    """A fault in the input or its use: printed as one message and one hint, exit status 2.

    Args:
        message: What is wrong and where, naming the file or object and the consequence.
        hint: The one thing to do next.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RepositoryError(CountersealError):
    """The repository, revision or migrations cannot be read."""


class DraftError(CountersealError):
    """A draft review cannot be read, written or changed as asked."""


class RecordError(CountersealError):
    """A record cannot be sealed, read or verified."""


class SigningError(CountersealError):
    """A signature cannot be made or checked."""
