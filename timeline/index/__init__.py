"""An index in memory that counts and orders published events; the record itself stays in the database.

`current()` gives the index of the data version that this connection sees. See `timeline.index.bitmaps`.
"""

from .bitmaps import NOUNS, Index
from .keeper import current, forget, newest


def memory() -> int:
    """Bytes that this process's newest index takes, about; 0 before the first."""
    index = newest()
    return index.size if index else 0


__all__ = ["NOUNS", "Index", "current", "forget", "memory", "newest"]
