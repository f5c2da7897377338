"""The extra `live`: what it brings, and one message where it is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

from checklists.live.errors import SandboxError

BROUGHT = ("psycopg", "psutil")
MISSING = "The proof needs the extra `live`, which is not installed; nothing was proven."
INSTALL = "In the folder that counterseal was installed from: .venv/bin/pip install '.[live]'"


@contextmanager
def needing_live() -> Iterator[None]:
    """Around the import of what runs a proof.

    Raises:
        SandboxError: A module of the extra is not there. The import of any other stays the fault that it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in BROUGHT:
            raise
        raise SandboxError(f"{MISSING} There is no {error.name}.", INSTALL) from None
