"""The files of one git revision, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Subject:
    """What is under review: full SHA-1 or SHA-256 names; `dirty` for a work tree, which cannot be sealed."""

    commit: str
    tree: str
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its git blob name, its bytes, and its text where it decodes as UTF-8 (`fault` says why not)."""

    path: str
    blob: str
    data: bytes
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one revision that the review reads; `paths` names every file of the tree, read or not."""

    root: str
    subject: Subject
    files: Mapping[str, SourceFile] = field(hash=False)
    paths: frozenset[str] = frozenset()

    def text(self, path: str) -> str | None:
        """The text of a file, or None where the revision has none or it does not decode."""
        file = self.files.get(path)
        return None if file is None or file.fault else file.text
