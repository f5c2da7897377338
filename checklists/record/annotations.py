"""Annotations of a GitHub workflow, as lines on its standard output.

The grammar is that of GitHub's documentation, "Workflow commands for GitHub Actions", and its escapes those
of `actions/toolkit`, packages/core/src/command.ts: `%`, CR and LF in a message, `:` and `,` in a property
as well.
"""

from enum import StrEnum


class Level(StrEnum):
    """How an annotation is shown."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


def annotation(
    level: Level,
    title: str,
    message: str,
    *,
    path: str | None = None,
    line: int | None = None,
    end: int | None = None,
) -> str:
    """One workflow command; no text can end it or begin another."""
    properties = {"file": path, "line": line, "endLine": end, "title": title}
    said = ",".join(
        f"{name}={_property(str(value))}" for name, value in properties.items() if value is not None
    )
    return f"::{level.value} {said}::{_message(message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
