"""Which texts of a `git cat-file --batch` stream bear a mark of what is looked for, and where."""

import re
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from ahocorasick_rs import BytesAhoCorasick, MatchKind  # all words in one pass, at memory's speed

_SNIFFED = 8000  # bytes, as git does to tell a binary file from a text
# A line from a word on and two more that are not blank: a value may stand below its name and a sign.
_BELOW = re.compile(rb"[^\n]*(?:\n\s*[^\n]*){0,2}")


class Mark(NamedTuple):
    """A word, and what has to follow, as a regular expression, where the word stands in nearly every text.

    No word may contain another one or begin as another ends: the search goes on behind what it found. Words
    of three letters and more are searched for four times as fast as shorter ones.
    """

    word: str
    followed: str = ""


class Sieve:
    """Keeps the lines of a text that bear one of the marks, and two below each."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        wanted = tuple(marks)
        words = [mark.word.encode() for mark in wanted]
        # Other kinds of matches are not searched for with vector instructions, and take three times as long.
        self._words = BytesAhoCorasick(words, matchkind=MatchKind.LeftmostFirst)
        self._following = [re.compile(mark.followed.encode()) for mark in wanted]

    def kept(self, data: bytes) -> bytes:
        """The lines; of the others their ends, so that all have their numbers. Empty where no mark is."""
        hits = self._words.find_matches_as_indexes(data)
        starts = [start for word, start, end in hits if self._following[word].match(data, end)]
        return b"".join(_around(starts, data))


def sifted(stream: IO[bytes], marks: Iterable[Mark]) -> Iterator[tuple[str, bytes]]:
    """The names of the texts in the stream that bear one of the marks, each with what a sieve keeps of it."""
    sieve = Sieve(marks)
    for name, data in _objects(stream):
        if data.find(b"\0", 0, _SNIFFED) < 0 and (kept := sieve.kept(data)):
            yield name, kept


def _around(starts: list[int], data: bytes) -> Iterator[bytes]:
    taken = line_end = 0
    for start in starts:
        if start < line_end:
            continue  # on the line of the one before
        line_end = data.find(b"\n", start) + 1 or len(data)
        line = max(taken, data.rfind(b"\n", taken, start) + 1)
        yield b"\n" * data.count(b"\n", taken, line)
        taken = next(_BELOW.finditer(data, start)).end()
        yield data[line:taken]


def _objects(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    while header := stream.readline():
        name, _, *size = header.decode().split()
        if size:  # otherwise it is missing
            data = stream.read(int(size[0]))
            stream.read(1)
            yield name, data
