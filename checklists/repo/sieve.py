"""A program of its own: names the texts of a `git cat-file --batch` stream that bear a mark.

Looking through a gigabyte of history takes a processor for seconds; in a process of its own it is another one
than the review's.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from ahocorasick_rs import BytesAhoCorasick  # all words in one pass, at memory's speed

_SNIFFED = 8000  # bytes, as git does to tell a binary file from a text


class Mark(NamedTuple):
    """A word, and what has to follow, as a regular expression, where the word stands in nearly every text."""

    word: str
    followed: str = ""


def sifted(stream: BinaryIO, marks: Iterable[Mark]) -> Iterator[str]:
    """The names of the texts in the stream that bear one of the marks."""
    wanted = tuple(marks)
    words = BytesAhoCorasick([mark.word.encode() for mark in wanted])
    following = [re.compile(mark.followed.encode()) for mark in wanted]
    for name, data in _objects(stream):
        if data.find(b"\0", 0, _SNIFFED) >= 0:
            continue
        hits = words.find_matches_as_indexes(data, overlapping=True)
        if any(following[word].match(data, end) for word, _, end in hits):
            yield name


def _objects(stream: BinaryIO) -> Iterator[tuple[str, bytes]]:
    while header := stream.readline():
        name, _, *size = header.decode().split()
        if size:  # otherwise it is missing
            data = stream.read(int(size[0]))
            stream.read(1)
            yield name, data


def main(arguments: Sequence[str]) -> None:
    """Read objects from standard input; the marks are the one argument, as JSON."""
    for name in sifted(sys.stdin.buffer, (Mark(*mark) for mark in json.loads(arguments[0]))):
        print(name)  # noqa: T201 - what it is run for


if __name__ == "__main__":
    main(sys.argv[1:])
