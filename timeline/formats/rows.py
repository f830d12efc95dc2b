"""The events of a view one after the other, however many: what is sent while it is read.

A view's ids are known at once. The rows are read a few hundred at a time, each time as the database stands then, so
no snapshot stays open while a slow reader takes his time. What is withdrawn meanwhile is left out.
"""

from collections.abc import Iterator

from pyroaring import BitMap

from timeline import reading
from timeline.batches import in_batches
from timeline.index import Index
from timeline.models import Event

from .publication import Publication, publications

AT_A_TIME = 500  # events

Row = tuple[Event, Publication]


def batches(index: Index, ids: BitMap, *, order: str = "newest") -> Iterator[list[Row]]:
    """These events with their entries and publications, some hundred at a time, in the timeline's order."""
    for batch in in_batches(index.walk(ids, falling=order != "oldest"), AT_A_TIME):
        with reading.snapshot():
            rows = _rows(batch)
        yield rows


def _rows(ids: list[int]) -> list[Row]:
    events = {event.pk: event for event in Event.objects.published().with_entry().filter(pk__in=ids).order_by()}
    made = publications(events)
    return [(events[pk], made[pk]) for pk in ids if pk in events]
