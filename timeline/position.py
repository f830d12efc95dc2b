"""The one order of all events, packed into one big integer per event.

From the highest bits to the lowest:

    22 bits  day          the thread's first day, as days since 0001-01-01 (date.toordinal)
     3 bits  part         how exact the day is, then the part of the day (PARTS)
    28 bits  head         the id of the event at the thread's head
    10 bits  slot         1023 for the head itself; what hangs from it below, later statements lower; statements
                          of the same part of the same day share one, and the id, the second sort key, parts them

So `position DESC` gives threads newest first with the head before what hangs from it, and a thread is one
range of positions: a page ends between two threads, and a cursor is the thread's number (position >> 10).
"""

from datetime import date

# An entry known only to its year or its month comes before every day of it; an unknown part of the day before
# the morning. Newest first, that puts “2026, month unknown” last in its year.
YEAR, MONTH, DAY = 0, 1, 2
PARTS = {"": DAY, "morning": 3, "midday": 4, "afternoon": 5, "evening": 6, "night": 7}

_SLOT_BITS, _HEAD_BITS, _PART_BITS = 10, 28, 3
_HEAD_SLOT = (1 << _SLOT_BITS) - 1
MAX_HEAD = (1 << _HEAD_BITS) - 1
MAX_THREAD = (date.max.toordinal() << (_PART_BITS + _HEAD_BITS)) | ((1 << (_PART_BITS + _HEAD_BITS)) - 1)


def of_head(day: date, part: int, head_id: int) -> int:
    """Where the head of a thread stands."""
    if head_id > MAX_HEAD:
        raise OverflowError(f"event {head_id}: positions hold ids up to {MAX_HEAD}")
    thread = (((day.toordinal() << _PART_BITS) | part) << _HEAD_BITS) | head_id
    return (thread << _SLOT_BITS) | _HEAD_SLOT


def of_hanging(head_position: int, days_after: int, part: int) -> int:
    """Where a statement stands that hangs from the head at `head_position`, made so many days after its first.

    Within a thread the order is by day, then part of day; a thread lies within one month, so the days are 30 at
    the most.
    """
    return (thread_of(head_position) << _SLOT_BITS) | (_HEAD_SLOT - 1 - ((days_after << _PART_BITS) | part))


def thread_of(position: int) -> int:
    """The number of the thread that a position lies in."""
    return position >> _SLOT_BITS


def first_of(thread: int) -> int:
    """The lowest position that lies in a thread."""
    return thread << _SLOT_BITS


def last_of(thread: int) -> int:
    """The highest position that lies in a thread: its head's."""
    return (thread << _SLOT_BITS) | _HEAD_SLOT


def day_of(thread: int) -> date:
    """The day that a thread stands at."""
    return date.fromordinal(thread >> (_PART_BITS + _HEAD_BITS))


def is_year_only(thread: int) -> bool:
    """Whether the thread's head is known to its year alone."""
    return ((thread >> _HEAD_BITS) & ((1 << _PART_BITS) - 1)) == YEAR


def is_sound(thread: int) -> bool:
    """Whether a number from outside can be a thread's: it holds a day."""
    return 1 <= thread >> (_PART_BITS + _HEAD_BITS) <= date.max.toordinal()


# How far apart two positions are whose day or part differs; `position // BUCKET` groups by both.
BUCKET = 1 << (_SLOT_BITS + _HEAD_BITS)


def day_of_bucket(bucket: int) -> tuple[date, bool]:
    """The day of a bucket, and whether it is known to its year alone."""
    return date.fromordinal(bucket >> _PART_BITS), bucket & ((1 << _PART_BITS) - 1) == YEAR
