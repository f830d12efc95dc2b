"""One number for each event, by the event's id."""

from array import array
from collections.abc import Iterable, Iterator, Mapping

_BITS = 12
_SIZE = 1 << _BITS
_MASK = _SIZE - 1


class Column:
    """Integers by event id, in chunks of 4096 ids, so that a changed copy shares every chunk but its own.

    `typecode` is an array's: “q” for 64 bits, “i” for 32. An id that was never given a number holds 0.
    """

    __slots__ = ("_chunks", "typecode")

    def __init__(self, typecode: str, chunks: "dict[int, array[int]] | None" = None) -> None:
        self.typecode = typecode
        self._chunks: dict[int, array[int]] = chunks if chunks is not None else {}

    def __getitem__(self, event_id: int) -> int:
        return self._chunks[event_id >> _BITS][event_id & _MASK]

    def of(self, event_ids: Iterable[int]) -> list[int]:
        """The numbers of these events."""
        chunks = self._chunks
        return [chunks[event_id >> _BITS][event_id & _MASK] for event_id in event_ids]

    def fill(self, event_id: int, value: int) -> None:
        """Set a number while the column is being made; nobody may be reading it yet."""
        chunk = self._chunks.get(event_id >> _BITS)
        if chunk is None:
            chunk = self._chunks[event_id >> _BITS] = array(self.typecode, bytes(_SIZE * array(self.typecode).itemsize))
        chunk[event_id & _MASK] = value

    def changed(self, values: Mapping[int, int]) -> "Column":
        """A copy in which these ids hold these numbers."""
        chunks = dict(self._chunks)
        for number in {event_id >> _BITS for event_id in values}:
            if number in chunks:
                chunks[number] = chunks[number][:]
        copy = Column(self.typecode, chunks)
        for event_id, value in values.items():
            copy.fill(event_id, value)
        return copy

    def chunks(self) -> "Iterator[tuple[int, array[int]]]":
        """Each chunk with its number, in order."""
        yield from sorted(self._chunks.items())

    @property
    def size(self) -> int:
        """Bytes of all numbers."""
        return sum(len(chunk) * chunk.itemsize for chunk in self._chunks.values())
