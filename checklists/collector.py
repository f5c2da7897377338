"""Python's cycle collector, put off while much is made at once."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """For work whose values nearly all live on: the collector would walk them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Leave what stands now out of every later collection, the one at the program's end among them.

    For the moment after something big that is needed to the end was read: what is then no longer needed goes
    as soon as nothing refers to it, only rings that refer to each other stay.
    """
    gc.freeze()
