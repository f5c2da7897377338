"""SQL without what it says to its readers."""

import re

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def without_comments(text: str) -> str:
    """The text with comments blanked, line for line."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
