"""Who wrote a change, as its commits say; nothing but a signed commit would prove it."""

import re

from checklists.repo.git_objects import ObjectStore

_ADDRESS = re.compile(r"<([^<>\s]+)>")
_ASKED = "--format=%ae%n%(trailers:key=Co-authored-by,valueonly)%x00"


def authors_of(store: ObjectStore, base: str, head: str) -> frozenset[str]:
    """The addresses, in lower case, of authors and co-authors of the commits from base to head.

    Where head holds nothing that base does not, it is merged already: the authors of head itself.

    Raises:
        RepositoryError: A commit is missing, so that an author could be.
    """
    found = _authors(store, f"{base}..{head}")
    return found or _authors(store, "-1", head)


def _authors(store: ObjectStore, *commits: str) -> frozenset[str]:
    said = store.git("log", "--no-mailmap", _ASKED, *commits).decode("utf-8", "replace")
    addresses = set()
    for commit in said.split("\0"):
        author, *trailers = commit.strip().splitlines() or [""]
        addresses |= {author, *(address for line in trailers for address in _ADDRESS.findall(line))}
    return frozenset(address.lower() for address in addresses if address)
