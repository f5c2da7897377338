"""One booted server for all live tests of a worker; a test that changes it puts things back."""

from collections.abc import Iterator

import pytest

from checklists.live.sandbox.boot import Server, boot


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with boot() as booted:
        yield booted
