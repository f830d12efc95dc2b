"""How long a process may take for one answer, and what may take longer."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

_long_works: list[object] = []  # those under way in this process


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """End the process where the block takes longer, after the log got where it hung; 0: as long as it takes.

    A page that never ends would hold its worker for ever. So the server starts another.
    """
    if not seconds or _long_works:
        yield
        return
    faulthandler.dump_traceback_later(seconds, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def long_work() -> Iterator[None]:
    """While this process does work that takes its time, no page of it is taken for one that hangs.

    Others may have to wait for the work, and ending the process would end the work with them.
    """
    work = object()
    _long_works.append(work)
    faulthandler.cancel_dump_traceback_later()
    try:
        yield
    finally:
        _long_works.remove(work)
