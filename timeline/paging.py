"""Pages of the timeline: by position, never by offset, and only ever cut between two threads."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice, takewhile

from pyroaring import BitMap

from timeline import position
from timeline.index import Index

PAGE = 30  # entries
_CURSOR = re.compile(r"[0-9a-z]{1,11}\Z")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Thread:
    """An event and the statements that hang from it, as far as they match.

    Both are the ids of events. `head` is None where the event itself doesn't match: what hangs from it stands alone
    then.
    """

    number: int
    head: int | None
    hanging: tuple[int, ...]

    @property
    def members(self) -> list[int]:
        """The head, if it is there, and all that hangs from it."""
        return [*([] if self.head is None else [self.head]), *self.hanging]

    @property
    def day(self) -> date:
        return position.day_of(self.number)

    @property
    def is_year_only(self) -> bool:
        return position.is_year_only(self.number)

    @property
    def entries(self) -> list[int]:
        """The entries that stand on the spine themselves: the head, or else all that would hang from it."""
        return list(self.hanging) if self.head is None else [self.head]


@dataclass(frozen=True)
class Page:
    """Some threads in the order asked for. `after` and `before` are the cursors of the pages next to it."""

    threads: list[Thread]
    after: int | None = None
    before: int | None = None


def page(
    index: Index,
    ids: BitMap,
    *,
    order: str = "newest",
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> Page:
    """The page of these events behind (or before) a cursor. Nothing is asked of the database.

    It holds at most `size` events, and never a part of a thread; a single thread may be longer.
    """
    backwards = before is not None
    falling = (order == "newest") != backwards
    cursor = before if backwards else after
    beyond = None if cursor is None else position.first_of(cursor) if falling else position.last_of(cursor)
    walked = index.walk(ids, falling=falling, beyond=beyond)
    found = list(islice(walked, size + 1))
    more = len(found) > size
    if more:
        # The thread that the last of them belongs to may go on: it waits for the next page, or is shown whole.
        cut = position.thread_of(index.positions[found[-1]])
        whole = [one for one in found if position.thread_of(index.positions[one]) != cut]
        rest = takewhile(lambda one: position.thread_of(index.positions[one]) == cut, walked)
        found = whole or [*found, *rest]
    threads = _threads(index, found)
    if order == "oldest":
        threads.reverse()
    if not threads:
        return Page([], after=None, before=None)
    return Page(
        threads,
        after=threads[-1].number if (more or backwards) else None,
        before=threads[0].number if (more and backwards) or (cursor is not None and not backwards) else None,
    )


def _threads(index: Index, ids: list[int]) -> list[Thread]:
    """The newest thread first, in each its head first."""
    places = sorted((-position.thread_of(place), -place, one) for one in ids for place in [index.positions[one]])
    threads = []
    for number, group in groupby(places, key=lambda place: -place[0]):
        members = list(group)
        is_whole = -members[0][1] == position.last_of(number)
        pks = tuple(one for _thread, _place, one in members)
        threads.append(Thread(number, pks[0] if is_whole else None, pks[1:] if is_whole else pks))
    return threads


def write_cursor(thread: int) -> str:
    """A thread's number as it stands in an address: base 36."""
    written = ""
    while thread:
        thread, digit = divmod(thread, 36)
        written = _DIGITS[digit] + written
    return written or "0"


def read_cursor(text: str) -> int | None:
    """The thread's number in an address, or None where it is none."""
    if not _CURSOR.match(text):
        return None
    thread = int(text, 36)
    return thread if thread <= position.MAX_THREAD and position.is_sound(thread) else None
