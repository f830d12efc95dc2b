"""Pages of the timeline: by position, never by offset, and only ever cut between two threads."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from timeline import position
from timeline.models import Event
from timeline.models.events import EventQuerySet

PAGE = 30  # entries
_CURSOR = re.compile(r"[0-9a-z]{1,11}\Z")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Thread:
    """An event and the statements that hang from it, as far as they match.

    `head` is None where the event itself doesn't match: what hangs from it stands alone then.
    """

    number: int
    head: Event | None
    hanging: tuple[Event, ...]

    @property
    def members(self) -> list[Event]:
        """The head, if it is there, and all that hangs from it."""
        return [*([self.head] if self.head else []), *self.hanging]

    @property
    def day(self) -> date:
        return position.day_of(self.number)

    @property
    def is_year_only(self) -> bool:
        return position.is_year_only(self.number)

    @property
    def entries(self) -> list[Event]:
        """The entries that stand on the spine themselves: the head, or else all that would hang from it."""
        return [self.head] if self.head else list(self.hanging)


@dataclass(frozen=True)
class Page:
    """Some threads in the order asked for. `after` and `before` are the cursors of the pages next to it."""

    threads: list[Thread]
    after: int | None = None
    before: int | None = None


def page(
    events: EventQuerySet,
    *,
    order: str = "newest",
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> Page:
    """The page of `events` behind (or before) a cursor; one query and those of `with_entry`.

    It holds at most `size` events, and never a part of a thread; a single thread may be longer.
    """
    backwards = before is not None
    falling = (order == "newest") != backwards
    cursor = before if backwards else after
    selected = events.with_entry()
    if cursor is not None and falling:
        selected = selected.filter(position__lt=position.first_of(cursor))
    elif cursor is not None:
        selected = selected.filter(position__gt=position.last_of(cursor))
    selected = selected.newest_first() if falling else selected.oldest_first()
    rows = list(selected[: size + 1])
    more = len(rows) > size
    if more:
        rows = _whole_threads(rows, events, falling=falling)
    threads = _threads(rows)
    if backwards:
        threads.reverse()
    if not threads:
        return Page([], after=None, before=None)
    return Page(
        threads,
        after=threads[-1].number if (more or backwards) else None,
        before=threads[0].number if (more and backwards) or (cursor is not None and not backwards) else None,
    )


def _whole_threads(rows: list[Event], events: EventQuerySet, *, falling: bool) -> list[Event]:
    """`rows` without the thread that the last of them belongs to, which may go on; or that thread whole."""
    cut = position.thread_of(rows[-1].position)
    whole = [row for row in rows if position.thread_of(row.position) != cut]
    if whole:
        return whole
    thread = events.with_entry().filter(position__gte=position.first_of(cut), position__lte=position.last_of(cut))
    return list(thread.newest_first() if falling else thread.oldest_first())


def _threads(rows: list[Event]) -> list[Thread]:
    threads = []
    for number, group in groupby(rows, key=lambda row: position.thread_of(row.position)):
        members = sorted(group, key=lambda row: (-row.position, row.pk))
        head = members[0] if members[0].position == position.last_of(number) else None
        threads.append(Thread(number, head, tuple(members[1:] if head else members)))
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
