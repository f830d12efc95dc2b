"""Some keys for each event: what the bitmaps of a family say, the other way round."""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable

from pyroaring import BitMap

_BITS = 12
_SHIFT = 32  # a key takes the lower 32 bits of a pair


class Lists:
    """Pairs of an event's id and a key, in order, in chunks of 4096 ids; a changed copy shares every other chunk."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: "dict[int, array[int]]") -> None:
        self._chunks = chunks

    @classmethod
    def of(cls, family: "Iterable[tuple[int, Iterable[int]]]") -> "Lists":
        """From (key, ids) of every value."""
        chunks: dict[int, array[int]] = {}
        for key, ids in family:
            for event_id in ids:
                chunk = chunks.get(event_id >> _BITS)
                if chunk is None:
                    chunk = chunks[event_id >> _BITS] = array("Q")
                chunk.append(event_id << _SHIFT | key)
        return cls({number: array("Q", sorted(chunk)) for number, chunk in chunks.items()})

    def changed(self, touched: BitMap, new: "Lists") -> "Lists":
        """A copy in which the touched events have the keys that `new` gives them, and no others."""
        chunks = dict(self._chunks)
        for number in {event_id >> _BITS for event_id in touched}:
            left = [pair for pair in chunks.get(number, ()) if pair >> _SHIFT not in touched]
            left += new._chunks.get(number, ())
            chunks[number] = array("Q", sorted(left))
        return Lists(chunks)

    def counts(self, ids: Iterable[int]) -> Counter[int]:
        """How many of these events each key has."""
        found: list[int] = []
        for event_id in ids:
            chunk = self._chunks.get(event_id >> _BITS)
            if chunk is None:
                continue
            place, end = bisect_left(chunk, event_id << _SHIFT), (event_id + 1) << _SHIFT
            while place < len(chunk) and chunk[place] < end:
                found.append(chunk[place] & 0xFFFFFFFF)
                place += 1
        return Counter(found)

    @property
    def size(self) -> int:
        """Bytes of all pairs."""
        return sum(len(chunk) * chunk.itemsize for chunk in self._chunks.values())
