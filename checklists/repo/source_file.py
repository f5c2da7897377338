"""One file of a snapshot, and the faults that keep its text from being read."""

import codecs
from dataclasses import dataclass

TOO_LARGE = "is larger than 4 MB, so it was not read"
SYMBOLIC_LINK = "is a symbolic link, which is not followed"
NOT_IN_CLONE = "is not in this clone (a partial clone leaves contents out)"
TOO_MUCH = "comes after 512 MB of other files, so it was not read"
NO_BLOB = "is listed in git as a file and is none"
NAME_NOT_UTF8 = "has a name that is not UTF-8"
VANISHED = "could not be read from the work tree"

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its git blob name, its bytes, and its text where it decodes as UTF-8 (`fault` says why not).

    A byte order mark is no part of the text; line endings are as they lie in git.
    """

    path: str
    blob: str
    data: bytes
    text: str
    fault: str = ""


def source_file(path: str, blob: str, data: bytes) -> SourceFile:
    """A file that was read; its text is empty where its bytes are not UTF-8 text."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return SourceFile(path, blob, data, "", "is UTF-16, not UTF-8")
    if data.startswith(_LFS_POINTER):
        return SourceFile(path, blob, data, "", "is a Git LFS pointer; its contents are not in git")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return SourceFile(path, blob, data, "", f"is not UTF-8 (byte {error.start + 1})")
    if "\0" in text:
        return SourceFile(path, blob, data, "", "holds NUL bytes, so it is not text")
    return SourceFile(path, blob, data, text)


def unread(path: str, blob: str, fault: str) -> SourceFile:
    """A file that was not read, and why."""
    return SourceFile(path, blob, b"", "", fault)


def readable_path(name: bytes) -> tuple[str, bool]:
    r"""A path as text, and whether its bytes were UTF-8; where not, they are written as `\xe9`."""
    try:
        return name.decode(), True
    except UnicodeDecodeError:
        return name.decode(errors="backslashreplace"), False
