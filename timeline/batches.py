"""Long lists in pieces: no query names more rows than either database takes parameters for."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
SIZE = 1000


def in_batches(items: Iterable[T], size: int = SIZE) -> Iterator[list[T]]:
    """The items in their order, at most `size` at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
