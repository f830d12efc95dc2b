"""Some keys for each event: what the bitmaps of a family say, the other way round."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pyroaring import BitMap

_BITS = 10
_IDS = 1 << _BITS  # in a chunk
_PLACE = _IDS - 1

# The keys of a chunk's events, one event after the other, and where those of each event end, behind a 0.
_Chunk = tuple["array[int]", "array[int]"]
_NONE: _Chunk = array("I"), array("I", bytes(4 * (_IDS + 1)))


class Lists:
    """Keys by event's id, in chunks of 1024 ids; a changed copy shares every other chunk."""

    __slots__ = ("_chunks",)

    def __init__(self, chunks: dict[int, _Chunk]) -> None:
        self._chunks = chunks

    @classmethod
    def of(cls, family: Iterable[tuple[int, Iterable[int]]]) -> "Lists":
        """From (key, ids) of every value; a key has at most 32 bits."""
        pairs: dict[int, array[int]] = defaultdict(lambda: array("Q"))
        for key, ids in family:
            for event_id in ids:
                pairs[event_id >> _BITS].append((event_id & _PLACE) << 32 | key)
        return cls({number: _chunk(found) for number, found in pairs.items()})

    def changed(self, touched: BitMap, new: "Lists") -> "Lists":
        """A copy in which the touched events have the keys that `new` gives them, and no others."""
        chunks = dict(self._chunks)
        by_chunk: dict[int, list[int]] = defaultdict(list)
        for event_id in touched:
            by_chunk[event_id >> _BITS].append(event_id & _PLACE)
        for number, places in by_chunk.items():
            lists, others = self._lists(number), new._lists(number)
            for place in places:
                lists[place] = others[place]
            chunks[number] = _joined(lists)
        return Lists(chunks)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each event's id with each of its keys, chunk by chunk."""
        for number in self._chunks:
            for event_id, keys in enumerate(self._lists(number), start=number << _BITS):
                yield from ((event_id, key) for key in keys)

    def _lists(self, number: int) -> "list[array[int]]":
        """The keys of each event of a chunk."""
        keys, ends = self._chunks.get(number, _NONE)
        return [keys[start:end] for start, end in pairwise(ends)]

    def counts(self, ids: Iterable[int]) -> Counter[int]:
        """How many of these events each key has; quickest where the ids come in order."""
        found: list[int] = []
        at, chunk = -1, None
        for event_id in ids:
            if event_id >> _BITS != at:
                at = event_id >> _BITS
                chunk = self._chunks.get(at)
            if chunk is not None:
                keys, ends = chunk
                place = event_id & _PLACE
                found.extend(keys[ends[place] : ends[place + 1]])
        return Counter(found)

    @property
    def size(self) -> int:
        """Bytes of all keys and ends."""
        return sum(part.itemsize * len(part) for chunk in self._chunks.values() for part in chunk)


def _chunk(pairs: Iterable[int]) -> _Chunk:
    """From numbers that hold an event's place in the chunk above 32 bits with a key."""
    lists: list[list[int]] = [[] for _place in range(_IDS)]
    for pair in sorted(pairs):
        lists[pair >> 32].append(pair & 0xFFFFFFFF)
    return _joined(lists)


def _joined(lists: "Iterable[Iterable[int]]") -> _Chunk:
    keys, ends = array("I"), array("I", [0])
    for one in lists:
        keys.extend(one)
        ends.append(len(keys))
    return keys, ends
